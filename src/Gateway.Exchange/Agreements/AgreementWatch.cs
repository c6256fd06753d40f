using Gateway.Exchange.Evidence;

namespace Gateway.Exchange.Agreements;

/// <summary>
/// Puts on record which agreement texts are in force from when to when: whoever reads the evidence later knows under which text an event
/// happened. A node that starts puts all of them on record, for what happened in between nobody saw.
/// </summary>
public sealed class AgreementWatch(AgreementBook agreements, IExchangeStore store, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private Dictionary<(string Id, int Revision), SignedAgreement> _onRecord = [];

    /// <summary>Compares what is in force with what is on record, and puts the difference on record.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be kept at the moment; the next call says what this one could not.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            var inForce = agreements.All.Where(signed => signed.Agreement.IsInForce(now)).ToDictionary(KeyOf);
            foreach (var (key, signed) in inForce.Where(pair => !IsOnRecord(pair.Value)))
            {
                await store.AppendAsync(Event(EventNames.AgreementActivated, "", signed, now), cancellationToken);
                _onRecord[key] = signed;
            }

            foreach (var (key, signed) in _onRecord.Where(pair => !inForce.ContainsKey(pair.Key)).ToArray())
            {
                var reason = signed.Agreement.ValidUntil <= now ? "PeriodOver" : "TakenAway";
                await store.AppendAsync(Event(EventNames.AgreementEnded, reason, signed, now), cancellationToken);
                _onRecord.Remove(key);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Ends the watch.</summary>
    public void Dispose() => _one.Dispose();

    private static (string Id, int Revision) KeyOf(SignedAgreement signed) => (signed.Agreement.Id, signed.Agreement.Revision);

    private bool IsOnRecord(SignedAgreement signed) =>
        _onRecord.TryGetValue(KeyOf(signed), out var known) && known.Digest.Span.SequenceEqual(signed.Digest.Span);

    private EvidenceEvent Event(string name, string reason, SignedAgreement signed, DateTimeOffset now) => new(
        name,
        reason,
        now,
        agreements.Provider,
        signed.Agreement.CounterpartyOf(agreements.Provider)?.Provider ?? "",
        signed.Agreement.Id,
        signed.Agreement.Revision,
        signed.Digest);
}
