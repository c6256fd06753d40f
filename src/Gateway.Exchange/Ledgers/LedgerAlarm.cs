using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Ledgers;

/// <summary>
/// What follows from a peer's statement about a ledger: evidence when the two agree, an alarm with the first differing position when they do
/// not. The signed statement is kept either way: it is the peer's own word, which anybody can check.
/// </summary>
internal sealed class LedgerAlarm(IExchangeStore store, string provider, TimeProvider time, ILogger log)
{
    /// <summary>Keeps what the comparison says, once it says something for certain.</summary>
    public async Task ConcludeAsync(OpenedStatement statement, string issuer, LedgerComparison comparison, CancellationToken cancellationToken)
    {
        if (comparison.FirstOther is null)
        {
            await KeepAsync(statement, StatementKind.LedgerAgreement, issuer, comparison.LastEqual, EventNames.LedgerAgreement, cancellationToken);
            ExchangeMetrics.Reconciled(agree: true);
        }
        else if (comparison.Difference is { } position)
        {
            log.LedgersDiffer(statement.Channel.Sender, statement.Channel.Recipient, statement.Channel.AgreementId, position);
            ExchangeMetrics.Reconciled(agree: false);
            await KeepOnceAsync(statement, issuer, position, cancellationToken);
        }
    }

    /// <summary>Keeps a statement of another kind with its event.</summary>
    public Task KeepAsync(
        OpenedStatement statement, StatementKind kind, string issuer, long sequence, string eventName, CancellationToken cancellationToken) =>
        KeepAsync(statement.Channel, statement.Signed, statement.Hash, kind, issuer, sequence, eventName, cancellationToken);

    /// <summary>The same for a statement of our own.</summary>
    public Task KeepOwnAsync(
        ChannelKey channel, MadeStatement made, StatementKind kind, long sequence, string eventName, CancellationToken cancellationToken) =>
        KeepAsync(channel, made.Signed, made.Hash, kind, provider, sequence, eventName, cancellationToken);

    // A difference stays until people put it right; the alarm sounds every time, the evidence is written once.
    private async Task KeepOnceAsync(OpenedStatement statement, string issuer, long position, CancellationToken cancellationToken)
    {
        var before = await store.ReadStatementsAsync(statement.Channel, StatementKind.LedgerDifference, issuer, 1, cancellationToken);
        if (before is not [var newest] || newest.Sequence != position)
        {
            await KeepAsync(statement, StatementKind.LedgerDifference, issuer, position, EventNames.LedgerDifference, cancellationToken);
        }
    }

    private Task KeepAsync(
        ChannelKey channel,
        ReadOnlyMemory<byte> signed,
        ReadOnlyMemory<byte> hash,
        StatementKind kind,
        string issuer,
        long sequence,
        string eventName,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var stated = new EvidenceEvent(eventName, "", now, channel.Sender, channel.Recipient, channel.AgreementId, sequence, hash);
        return store.KeepStatementAsync(new KeptStatement(channel, kind, issuer, sequence, signed, now), stated, cancellationToken);
    }
}
