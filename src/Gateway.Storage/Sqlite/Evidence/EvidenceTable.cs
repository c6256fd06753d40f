using System.Security.Cryptography;
using Gateway.Exchange;
using Gateway.Exchange.Evidence;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Writing;

namespace Gateway.Storage.Sqlite.Evidence;

/// <summary>Last event of the chain.</summary>
/// <param name="Position">Its position; 0 before the first.</param>
/// <param name="Hash">Its hash; <see cref="EvidenceChain.Genesis"/> before the first.</param>
internal readonly record struct EvidenceHead(long Position, ReadOnlyMemory<byte> Hash);

/// <summary>The chained events. A row keeps its own hash; the hash before it is in the row before it.</summary>
internal static class EvidenceTable
{
    private const string Insert = """
        INSERT INTO evidence (position, name, reason, at, sender, recipient, agreement_id, sequence, message_hash, salt, hash)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        """;

    private const string SelectFrom = """
        SELECT position, name, reason, at, sender, recipient, agreement_id, sequence, message_hash, salt, hash
        FROM evidence WHERE position >= ?1 ORDER BY position LIMIT ?2
        """;

    // The name is a constant: only so does the partial index serve.
    private const string SelectRelayFailures = "SELECT position FROM evidence WHERE name = 'RelayFailure' AND position >= ?1 ORDER BY position LIMIT ?2";

    private const string SelectHash = "SELECT hash FROM evidence WHERE position = ?1";
    private const string SelectLast = "SELECT max(position) FROM evidence";

    /// <summary>Puts an event at the end of the chain, as part of the transaction of the change it belongs to.</summary>
    public static ChainedEvidence Append(WriteSession session, EvidenceEvent evidence)
    {
        var position = session.Head.Position + 1;
        var previous = session.Head.Hash;
        var salt = RandomNumberGenerator.GetBytes(EvidenceChain.SaltBytes);
        var hash = EvidenceChain.Next(previous.Span, position, salt, evidence);
        session.Connection.Execute(
            Insert,
            position,
            evidence.Name,
            evidence.Reason,
            evidence.At,
            evidence.Sender,
            evidence.Recipient,
            evidence.AgreementId,
            evidence.Sequence,
            evidence.MessageHash,
            (ReadOnlyMemory<byte>)salt,
            (ReadOnlyMemory<byte>)hash);
        session.Head = new EvidenceHead(position, hash);
        return new ChainedEvidence(position, salt, evidence, previous, hash);
    }

    public static IReadOnlyList<ChainedEvidence> Read(PreparedConnection connection, long fromPosition, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var first = Math.Max(1, fromPosition);
        var previous = FindHash(connection, first - 1);
        return connection.All(
            SelectFrom,
            row =>
            {
                var chained = new ChainedEvidence(row.Number(0), row.Bytes(9), ReadEvent(row), previous ?? throw Gap(first - 1), row.Bytes(10));
                previous = chained.Hash;
                return chained;
            },
            first,
            limit);
    }

    /// <summary>Failed relays alone; they are few.</summary>
    public static IReadOnlyList<ChainedEvidence> ReadRelayFailures(PreparedConnection connection, long fromPosition, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var positions = connection.All(SelectRelayFailures, row => row.Number(0), fromPosition, (long)limit);
        return [.. positions.SelectMany(position => Read(connection, position, limit: 1))];
    }

    /// <summary>Calls back for every event from the first on, in order, with its position, its salt and the hash that is kept.</summary>
    public static void Each(PreparedConnection connection, Action<long, ReadOnlyMemory<byte>, EvidenceEvent, ReadOnlyMemory<byte>> read) =>
        connection.Each(SelectFrom, row => read(row.Number(0), row.Bytes(9), ReadEvent(row), row.Bytes(10)), 1L, long.MaxValue);

    /// <summary>The end of the chain, computed anew: what is appended must not hang on an event that was altered.</summary>
    public static EvidenceHead ReadHead(PreparedConnection connection)
    {
        var position = connection.Number(SelectLast) ?? 0;
        if (position == 0)
        {
            return new EvidenceHead(0, EvidenceChain.Genesis);
        }

        var last = Read(connection, position, limit: 1)[0];
        var hash = EvidenceChain.Next(last.PreviousHash.Span, position, last.Salt.Span, last.Event);
        return CryptographicOperations.FixedTimeEquals(hash, last.Hash.Span)
            ? new EvidenceHead(position, last.Hash)
            : throw Damaged(FormattableString.Invariant($"The evidence event at position {position} does not follow from the one before it"));
    }

    private static ReadOnlyMemory<byte>? FindHash(PreparedConnection connection, long position) => position == 0
        ? EvidenceChain.Genesis
        : connection.First(SelectHash, row => row.Bytes(0), position) is { } hash ? hash : null;

    private static EvidenceEvent ReadEvent(Row row) => new(
        row.Text(1),
        row.Text(2),
        row.Time(3),
        row.Text(4),
        row.Text(5),
        row.Text(6),
        row.Number(7),
        row.Bytes(8));

    private static StoreUnavailableException Gap(long position) =>
        Damaged(FormattableString.Invariant($"The evidence chain has no event at position {position}"));

    private static StoreUnavailableException Damaged(string what) => new(
        StoreUnavailableReason.Damaged, $"{what}; stop the node, run 'gateway verify --store' and restore from a backup.", innerException: null);
}
