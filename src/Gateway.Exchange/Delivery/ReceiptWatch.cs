using Gateway.Exchange.Agreements;
using Gateway.Exchange.Evidence;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Delivery;

/// <summary>
/// Puts on record that no receipt came for a message in the agreed time (X-43; the agreement's, or the node's setting where it names none), once for each message, also over restarts: what was put on
/// record before stands in the evidence and is read from there. While a peer is away nothing is sealed for it: what waits for it longer than
/// agreed is put on record as well, at most once in the agreed time for each channel.
/// </summary>
internal sealed class ReceiptWatch(AgreementBook agreements, IExchangeStore store, DeliveryOptions options, TimeProvider time, ILogger log)
{
    private const int EvidencePage = 1000;
    private const string NoReceiptInTime = "NoReceiptInTime";
    private const string NotSentInTime = "NotSentInTime";

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Dictionary<ChannelKey, long> _checkedUpTo = [];
    private readonly Dictionary<ChannelKey, DateTimeOffset> _notSentOnRecord = [];
    private HashSet<(ChannelKey Channel, long Sequence)>? _onRecord;

    /// <summary>Looks once a minute until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                await TryLookAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    private async Task TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(cancellationToken);
        }
        catch (StoreUnavailableException unavailable)
        {
            log.WatchDelayed(unavailable.Reason);
        }
        catch (Exception broken) when (!cancellationToken.IsCancellationRequested)
        {
            // The edge of a task nobody waits for: a watch that ends in silence puts nothing on record until the node is started again.
            var error = broken.GetType().Name;
            log.WatchFailed(error);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var oldest = TimeSpan.Zero;
        foreach (var channel in Channels())
        {
            var age = await LookAsync(channel, cancellationToken);
            oldest = age > oldest ? age : oldest;
        }

        ExchangeMetrics.OutboxAge(oldest);
    }

    private IEnumerable<ChannelKey> Channels() => agreements.All
        .Select(signed => new ChannelKey(agreements.Provider, signed.Agreement.CounterpartyOf(agreements.Provider)!.Provider, signed.Agreement.Id))
        .Distinct();

    /// <returns>Age of the oldest message without a receipt.</returns>
    private async Task<TimeSpan> LookAsync(ChannelKey channel, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var agreed = agreements.FindNewest(channel.AgreementId)?.Agreement.ReceiptWithin ?? options.ReceiptTimeout;
        var oldest = await store.ReadUnreceiptedAsync(channel, 0, 1, cancellationToken);
        var after = Math.Max(_checkedUpTo.GetValueOrDefault(channel), 0);
        while (await store.ReadUnreceiptedAsync(channel, after, 1, cancellationToken) is [var message] && message.SealedAt + agreed <= now)
        {
            await ReportAsync(channel, message.Sequence, message.MessageHash, now, cancellationToken);
            after = message.Sequence;
            _checkedUpTo[channel] = after;
        }

        await LookAtQueueAsync(channel, agreed, now, cancellationToken);
        return oldest.Count == 0 ? TimeSpan.Zero : now - oldest[0].SealedAt;
    }

    private async Task LookAtQueueAsync(ChannelKey channel, TimeSpan agreed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await store.ReadQueuedAsync(channel, 1, cancellationToken) is not [var oldest] || oldest.Entry.QueuedAt + agreed > now)
        {
            return;
        }

        _onRecord ??= await ReadOnRecordAsync(cancellationToken);
        if (_notSentOnRecord.TryGetValue(channel, out var before) && before + agreed > now)
        {
            return;
        }

        log.NothingSent(channel.Recipient, channel.AgreementId);
        await store.AppendAsync(Failure(NotSentInTime, channel, 0, default, now), cancellationToken);
        _notSentOnRecord[channel] = now;
    }

    private async Task ReportAsync(ChannelKey channel, long sequence, ReadOnlyMemory<byte> messageHash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        _onRecord ??= await ReadOnRecordAsync(cancellationToken);
        if (_onRecord.Contains((channel, sequence)))
        {
            return;
        }

        log.RelayFailed(channel.Recipient, channel.AgreementId, sequence);
        await store.AppendAsync(Failure(NoReceiptInTime, channel, sequence, messageHash, now), cancellationToken);
        _onRecord.Add((channel, sequence));
    }

    private static EvidenceEvent Failure(string reason, ChannelKey channel, long sequence, ReadOnlyMemory<byte> messageHash, DateTimeOffset now) =>
        new(EventNames.RelayFailure, reason, now, channel.Sender, channel.Recipient, channel.AgreementId, sequence, messageHash);

    private async Task<HashSet<(ChannelKey Channel, long Sequence)>> ReadOnRecordAsync(CancellationToken cancellationToken)
    {
        var onRecord = new HashSet<(ChannelKey Channel, long Sequence)>();
        var from = 1L;
        while (await store.ReadRelayFailuresAsync(from, EvidencePage, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var chained in page)
            {
                var channel = new ChannelKey(chained.Event.Sender, chained.Event.Recipient, chained.Event.AgreementId);
                if (chained.Event.Reason == NotSentInTime)
                {
                    _notSentOnRecord[channel] = chained.Event.At;
                }
                else
                {
                    onRecord.Add((channel, chained.Event.Sequence));
                }
            }

            from = page[^1].Position + 1;
        }

        return onRecord;
    }
}
