using Gateway.Exchange;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Outbox;

namespace Gateway.Server.Hosting;

/// <summary>
/// Destroys what its time is over for, without being asked: mappings received, and the envelopes of messages that have their receipt.
/// </summary>
internal sealed class RetentionJob(IExchangeStore store, TimeProvider time, ILogger<RetentionJob> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // For a day a receipted message can be sent again to a peer that lost its store.
    private static readonly TimeSpan EnvelopeLife = TimeSpan.FromDays(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await RunOnceAsync(cancellationToken);
            }
            catch (StoreUnavailableException unavailable)
            {
                log.RetentionDelayed(unavailable.Reason);
            }
        }
    }

    private async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var mappings = await ((IInboxStore)store).DestroyExpiredAsync(now, cancellationToken);
        var envelopes = await ((IOutboxStore)store).DestroyReceiptedEnvelopesAsync(now - EnvelopeLife, cancellationToken);
        if (mappings + envelopes > 0)
        {
            log.Destroyed(mappings, envelopes);
        }
    }
}
