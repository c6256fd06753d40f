using System.Collections.Concurrent;
using Gateway.Exchange.Evidence;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Inbox;

/// <summary>
/// Evidence of refusals and failures that must be given even while the store keeps nothing: what cannot be kept now is kept, in order, before
/// the next event that can. A bounded number waits; a crash loses what waits, and the log has said so. The log also counts what came when no more could wait.
/// </summary>
internal sealed class DeferredEvidence(IExchangeStore store, ILogger log)
{
    private const int WaitingMax = 1000;

    private readonly ConcurrentQueue<EvidenceEvent> _waiting = new();
    private long _dropped;

    /// <summary>Keeps an event, now or as soon as the store can.</summary>
    public async Task AppendAsync(EvidenceEvent evidence)
    {
        Defer(evidence);
        await FlushAsync();
    }

    /// <summary>An event that there is no sense in trying to keep at once: the store has just failed.</summary>
    public void Defer(EvidenceEvent evidence)
    {
        if (_waiting.Count < WaitingMax)
        {
            _waiting.Enqueue(evidence);
        }
        else if (Interlocked.Increment(ref _dropped) == 1)
        {
            // The first at once and the others with their number, when the store is back: a line for each would fill the log as well.
            log.EvidenceDropped(1);
        }
    }

    /// <summary>Keeps what waits; without anything waiting it costs nothing.</summary>
    public async Task FlushAsync()
    {
        while (_waiting.TryDequeue(out var evidence))
        {
            try
            {
                await store.AppendAsync(evidence, CancellationToken.None);
            }
            catch (StoreUnavailableException unavailable)
            {
                // The refusal stands even where its evidence cannot be kept yet.
                Defer(evidence);
                log.StoreUnavailable(unavailable.Message);
                return;
            }
        }

        if (Volatile.Read(ref _dropped) > 0 && Interlocked.Exchange(ref _dropped, 0) - 1 is > 0 and var more)
        {
            log.EvidenceDropped(more);
        }
    }
}
