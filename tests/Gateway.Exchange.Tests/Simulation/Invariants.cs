using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Ledgers;
using Gateway.Exchange.Outbox;
using Gateway.Exchange.Tests.Nodes;
using Gateway.Storage.Sqlite.Check;
using Google.Protobuf;
using DeliveryState = Gateway.Exchange.Outbox.DeliveryState;

namespace Gateway.Exchange.Tests.Simulation;

/// <summary>What must hold when a run has come to rest, read from what is committed.</summary>
internal sealed class Invariants(IReadOnlyList<SimulatedNode> nodes, IReadOnlyList<Submission> submissions, Action<bool, string> require)
{
    // Each says that a store was set back, a signature did not hold, or something happened that nobody foresaw.
    private static readonly string[] Forbidden =
        ["LedgersDiffer", "StatesContradict", "ReceiptRejected", "ContradictionSigned", "ChannelTruncated", "LinkFailed", "StatementRejected", "ChannelBlocked"];

    /// <summary>Both sides of every channel hold the other's signed word that the ledgers agree up to the last message.</summary>
    public bool LedgersAgree() => Channels().All(channel =>
        Newest(channel.From, channel.Key, channel.To.Name) == channel.State.LastSequence
        && Newest(channel.To, channel.Key, channel.From.Name) == channel.State.LastSequence);

    /// <summary>Nothing acknowledged is lost, nothing has effect twice, everything is in order.</summary>
    public void CheckWhileUp()
    {
        foreach (var submission in submissions)
        {
            Check(submission);
        }

        foreach (var node in nodes)
        {
            var living = submissions.Count(submission => submission.To == node && !submission.IsErased);
            var kept = Blocking.Run(() => node.Committed.CountKeptAsync(default));
            require(kept == living, $"{node.Name} keeps {kept} mappings, {living} were shared with it");
        }

        foreach (var (from, to, key, state) in Channels())
        {
            var accepted = Blocking.Run(() => to.Committed.ReadAsync(1, 100_000, default))
                .Select(chained => chained.Event)
                .Where(happened => happened.Name == EventNames.RelayAcceptance && happened.Sender == key.Sender && happened.Recipient == key.Recipient && happened.AgreementId == key.AgreementId)
                .Select(happened => happened.Sequence);
            require(accepted.SequenceEqual(Enumerable.Range(1, (int)state.LastSequence).Select(sequence => (long)sequence)), $"{to.Name} accepted the messages of {from.Name} out of order, or some of them not once");
            require(state.LastReceipted == state.LastSequence, $"{from.Name} has messages to {to.Name} without a receipt");
        }

        foreach (var (node, entry) in nodes.SelectMany(node => node.Log.Entries.Where(entry => Forbidden.Contains(entry.Event)).Select(entry => (node, entry))))
        {
            require(false, $"{node.Name} logged {entry}");
        }
    }

    /// <summary>Every store verifies: its pages, sequences, counters, receipts and the chain of its evidence.</summary>
    public void CheckStores()
    {
        foreach (var node in nodes)
        {
            var report = Blocking.Run(() => StoreCheck.VerifyAsync(node.StorePath, default));
            require(report.Findings.Count == 0, $"the store of {node.Name} does not verify: {string.Join("; ", report.Findings)}");
        }
    }

    private void Check(Submission submission)
    {
        if (submission.Acknowledged is not { } shared)
        {
            require(false, "a backend was never answered");
            return;
        }

        var (from, to) = (submission.From, submission.To);
        var status = Blocking.Run(() => from.Committed.FindDeliveryAsync(shared.MappingId.Memory, default));
        require(status?.State == DeliveryState.Receipted, $"a mapping that {from.Name} acknowledged is {status?.State} and not receipted");
        require(submission.IsErased || IsFound(to, shared), $"a mapping that {from.Name} acknowledged is not at {to.Name}");
        require(!submission.WrongPseudonyms.Any(wrong => IsFound(to, shared, wrong)), $"a mapping that {from.Name} corrected is at {to.Name} as it was before");
    }

    private static bool IsFound(SimulatedNode node, ShareMappingResponse shared, ByteString? pseudonym = null)
    {
        var digest = node.Index.Compute("pseudonym"u8.ToArray(), (pseudonym ?? shared.Pseudonym).Memory);
        return Blocking.Run(() => node.Committed.FindByPseudonymAsync(digest, Providers.Now, default)).Any(mapping => mapping.MappingId.Span.SequenceEqual(shared.MappingId.Span));
    }

    private static long Newest(SimulatedNode at, ChannelKey channel, string issuer) =>
        Blocking.Run(() => at.Committed.ReadStatementsAsync(channel, StatementKind.LedgerAgreement, issuer, 1, default)) is [var newest] ? newest.Sequence : 0;

    private IEnumerable<(SimulatedNode From, SimulatedNode To, ChannelKey Key, OutboundChannel State)> Channels() =>
        from node in nodes
        from other in nodes
        where other != node
        from channel in Blocking.Run(() => node.Committed.ReadChannelsToAsync(other.Name, default))
        select (node, other, channel.Channel, channel.State);
}
