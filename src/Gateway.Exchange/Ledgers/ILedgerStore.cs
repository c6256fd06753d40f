using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Outbox;

namespace Gateway.Exchange.Ledgers;

/// <summary>Kinds of statements.</summary>
public enum StatementKind
{
    /// <summary>Two ledgers agree. Only the newest of each issuer is kept.</summary>
    LedgerAgreement = 1,

    /// <summary>Two ledgers differ.</summary>
    LedgerDifference = 2,

    /// <summary>A channel ends.</summary>
    ChannelEnd = 3,

    /// <summary>One sequence or message id came with two contents.</summary>
    Contradiction = 4,
}

/// <summary>A signed statement about a channel, kept as the bytes that were signed.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Kind">What it states.</param>
/// <param name="Issuer">Provider that signed it.</param>
/// <param name="Sequence">Position or sequence it speaks of; 0 for none.</param>
/// <param name="Signed">CMS SignedData with the statement in it, DER.</param>
/// <param name="At">When it was kept.</param>
public sealed record KeptStatement(ChannelKey Channel, StatementKind Kind, string Issuer, long Sequence, ReadOnlyMemory<byte> Signed, DateTimeOffset At);

/// <summary>A statement and its place among all that were kept.</summary>
/// <param name="Number">From 1, ascending; numbers of statements that gave way to newer ones are missing.</param>
/// <param name="Statement">The statement.</param>
public sealed record NumberedStatement(long Number, KeptStatement Statement);

/// <summary>What two sides of a channel compare, and what they stated about it.</summary>
public interface ILedgerStore
{
    /// <summary>Messages of a ledger above a sequence, in order, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<LedgerEntry>> ReadLedgerAsync(LedgerSide side, ChannelKey channel, long aboveSequence, int limit, CancellationToken cancellationToken);

    /// <summary>Every channel to a recipient on which something was sealed.</summary>
    Task<IReadOnlyList<(ChannelKey Channel, OutboundChannel State)>> ReadChannelsToAsync(string recipient, CancellationToken cancellationToken);

    /// <summary>What the receiver knows of a channel, or null when it was never opened.</summary>
    Task<InboundChannel?> FindInboundAsync(ChannelKey channel, CancellationToken cancellationToken);

    /// <summary>Keeps a statement with its event in one transaction. The newest agreement of an issuer takes the place of the one before.</summary>
    Task KeepStatementAsync(KeptStatement statement, EvidenceEvent stated, CancellationToken cancellationToken);

    /// <summary>Statements about a channel of one kind and issuer, newest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<KeptStatement>> ReadStatementsAsync(ChannelKey channel, StatementKind kind, string issuer, int limit, CancellationToken cancellationToken);

    /// <summary>Statements about all channels above a number, oldest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<NumberedStatement>> ReadAllStatementsAsync(long aboveNumber, int limit, CancellationToken cancellationToken);
}
