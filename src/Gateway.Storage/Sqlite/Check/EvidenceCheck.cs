using System.Security.Cryptography;
using Gateway.Exchange.Evidence;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Evidence;

namespace Gateway.Storage.Sqlite.Check;

/// <summary>Computes the chain anew from its events.</summary>
internal sealed class EvidenceCheck
{
    private const int FindingsMax = 100;

    private readonly List<string> findings = [];

    /// <summary>Position and hash of the last event, as recomputed.</summary>
    public EvidenceHead Head { get; private set; } = new(0, EvidenceChain.Genesis);

    public IReadOnlyList<string> Run(PreparedConnection connection, CancellationToken cancellationToken)
    {
        EvidenceTable.Each(connection, (position, salt, evidence, kept) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            Follow(position, salt, evidence, kept);
        });
        return findings;
    }

    private void Follow(long position, ReadOnlyMemory<byte> salt, EvidenceEvent evidence, ReadOnlyMemory<byte> kept)
    {
        if (position != Head.Position + 1)
        {
            Find(FormattableString.Invariant($"position {position} comes after {Head.Position}"));
        }

        var hash = EvidenceChain.Next(Head.Hash.Span, position, salt.Span, evidence);
        if (!CryptographicOperations.FixedTimeEquals(hash, kept.Span))
        {
            Find(FormattableString.Invariant($"the hash of position {position} does not follow from the events up to it"));
        }

        // On with the hash that is kept: otherwise one altered event makes every later one a finding, and the place is lost among them.
        Head = new EvidenceHead(position, kept);
    }

    private void Find(string detail)
    {
        if (findings.Count < FindingsMax)
        {
            findings.Add(detail);
        }
    }
}
