using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Ledgers;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Evidence;
using Gateway.Storage.Sqlite.Writing;

namespace Gateway.Storage.Sqlite.Ledgers;

/// <summary>Signed statements about channels.</summary>
internal static class StatementTable
{
    private const string Insert = """
        INSERT INTO channel_statement (sender, recipient, agreement_id, kind, issuer, sequence, kept_at, signed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        """;

    private const string DeleteOlder = """
        DELETE FROM channel_statement WHERE sender = ?1 AND recipient = ?2 AND agreement_id = ?3 AND kind = ?4 AND issuer = ?5
        """;

    private const string SelectNewest = """
        SELECT sequence, signed, kept_at FROM channel_statement
        WHERE sender = ?1 AND recipient = ?2 AND agreement_id = ?3 AND kind = ?4 AND issuer = ?5 ORDER BY statement_row DESC LIMIT ?6
        """;

    private const string SelectAll = """
        SELECT statement_row, sender, recipient, agreement_id, kind, issuer, sequence, signed, kept_at FROM channel_statement
        WHERE statement_row > ?1 ORDER BY statement_row LIMIT ?2
        """;

    public static void Keep(WriteSession session, KeptStatement statement, EvidenceEvent stated)
    {
        var (channel, kind) = (statement.Channel, (int)statement.Kind);
        if (statement.Kind == StatementKind.LedgerAgreement)
        {
            session.Connection.Execute(DeleteOlder, channel.Sender, channel.Recipient, channel.AgreementId, kind, statement.Issuer);
        }

        session.Connection.Execute(
            Insert, channel.Sender, channel.Recipient, channel.AgreementId, kind, statement.Issuer, statement.Sequence, statement.At, statement.Signed);
        EvidenceTable.Append(session, stated);
    }

    public static IReadOnlyList<KeptStatement> Read(PreparedConnection connection, ChannelKey channel, StatementKind kind, string issuer, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return connection.All(
            SelectNewest,
            row => new KeptStatement(channel, kind, issuer, row.Number(0), row.Bytes(1), row.Time(2)),
            channel.Sender,
            channel.Recipient,
            channel.AgreementId,
            (int)kind,
            issuer,
            limit);
    }

    public static IReadOnlyList<NumberedStatement> ReadAll(PreparedConnection connection, long aboveNumber, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return connection.All(SelectAll, ReadNumbered, aboveNumber, limit);
    }

    private static NumberedStatement ReadNumbered(Row row) => new(
        row.Number(0),
        new KeptStatement(
            new ChannelKey(row.Text(1), row.Text(2), row.Text(3)),
            (StatementKind)row.Int(4),
            row.Text(5),
            row.Number(6),
            row.Bytes(7),
            row.Time(8)));
}
