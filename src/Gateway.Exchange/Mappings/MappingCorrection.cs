using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Outbox;
using Gateway.Sealing.Keys;
using Google.Protobuf;

namespace Gateway.Exchange.Mappings;

/// <summary>
/// Corrects who bindings speak of, here and at every peer that got a mapping of them; a merge and a split are corrections of several
/// bindings at once. Repeatable: the idempotency key decides.
/// </summary>
public sealed class MappingCorrection(
    IExchangeStore store, AgreementBook agreements, MappingFactory factory, RecordProtection protection, KeyedDigest index, OutboxSignal signal, TimeProvider time)
{
    // One transaction holds all of them, and nobody else's waits long for it.
    private const int MappingsMax = 10_000;

    // Others share and correct the same bindings meanwhile, each time in a transaction of their own.
    private const int TriesMax = 100;

    /// <summary>Corrects, all of it or nothing.</summary>
    /// <exception cref="StoreUnavailableException">Nothing was changed.</exception>
    public async Task<MappingAnswer<CorrectIdentityResponse>> CorrectAsync(CorrectIdentityRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!MappingFields.AreInBounds(request) || request.BindingIds.Any(id => !MappingFields.AreInBounds(Corrected(request, id))))
        {
            return new(MappingOutcome.FieldInvalid, null);
        }

        for (var tries = 0; tries < TriesMax; tries++)
        {
            // 1 what is corrected, as it is now
            if (await ReadAsync(request, cancellationToken) is not { } bindings)
            {
                return new(MappingOutcome.MappingNotFound, null);
            }

            if (bindings.Sum(binding => binding.Shared.Count) > MappingsMax)
            {
                return new(MappingOutcome.TooManyMappings, null);
            }

            // 2 what peers will be told, 3 all of it in one transaction, which finds out when somebody else was faster
            var correction = Prepare(request, bindings);
            var result = await store.CorrectAsync(correction, cancellationToken);
            if (result.Outcome != CorrectionOutcome.Changed)
            {
                WakeAll(correction);
                return Answer(result);
            }
        }

        throw new StoreUnavailableException(StoreUnavailableReason.Busy, "The bindings change faster than they can be corrected; try again.", null);
    }

    private static MappingAnswer<CorrectIdentityResponse> Answer(CorrectionResult result) => result.Outcome switch
    {
        CorrectionOutcome.Corrected or CorrectionOutcome.Repeat => new(
            MappingOutcome.Done, new CorrectIdentityResponse { MappingsCorrected = (uint)result.Corrected, MappingsRecalled = (uint)result.Recalled }),
        CorrectionOutcome.Conflict => new(MappingOutcome.IdempotencyConflict, null),
        CorrectionOutcome.NotAMerge => new(MappingOutcome.NotAMerge, null),
        CorrectionOutcome.NotASplit => new(MappingOutcome.NotASplit, null),
        CorrectionOutcome.Full => new(MappingOutcome.OutboxFull, null),
        CorrectionOutcome.VolumeUsedUp => new(MappingOutcome.ClauseBroken, null),
        _ => throw new ArgumentOutOfRangeException(nameof(result)),
    };

    private static BindIdentityRequest Corrected(CorrectIdentityRequest request, ByteString handle) => new()
    {
        SubjectHandle = handle,
        IdentityReference = request.IdentityReference,
        BindingMethod = request.BindingMethod,
        BindingConfidence = request.BindingConfidence,
        Consent = request.Consent,
    };

    /// <returns>Null when one of the bindings is unknown or erased.</returns>
    private async Task<List<CorrectedBinding>?> ReadAsync(CorrectIdentityRequest request, CancellationToken cancellationToken)
    {
        var bindings = new List<CorrectedBinding>();
        foreach (var id in request.BindingIds)
        {
            if (await store.FindByIdAsync(id.Memory, cancellationToken) is not { } before)
            {
                return null;
            }

            bindings.Add(new CorrectedBinding(before, After(request, before), await store.ReadSharedAsync(id.Memory, cancellationToken)));
        }

        return bindings;
    }

    private StoredBinding After(CorrectIdentityRequest request, StoredBinding before)
    {
        var content = Corrected(request, Open(before).SubjectHandle).ToByteArray();
        return before with
        {
            ContentDigest = index.Compute("binding"u8.ToArray(), content),
            SubjectDigest = index.Compute("subject"u8.ToArray(), request.IdentityReference.ToByteArray()),
            Content = protection.Protect(RecordKind.Binding, before.BindingId.Span, 1, content),
        };
    }

    private BindingCorrection Prepare(CorrectIdentityRequest request, List<CorrectedBinding> bindings)
    {
        var now = time.GetUtcNow();
        var corrected = new List<(OutboxEntry Entry, EvidenceEvent Submitted)>();
        var recalled = new List<(OutboxEntry Entry, EvidenceEvent Submitted)>();
        foreach (var binding in bindings)
        {
            var bound = Open(binding.After);
            foreach (var shared in binding.Shared)
            {
                Tell(request, shared, bound, binding.After.BindingId, now, corrected, recalled);
            }
        }

        return new BindingCorrection(request.IdempotencyKey.Memory, index.Compute("correct"u8.ToArray(), request.ToByteArray()), (CorrectionKind)request.Change, bindings, corrected, recalled);
    }

    private void Tell(
        CorrectIdentityRequest request,
        SharedMapping shared,
        BindIdentityRequest bound,
        ReadOnlyMemory<byte> bindingId,
        DateTimeOffset now,
        List<(OutboxEntry Entry, EvidenceEvent Submitted)> corrected,
        List<(OutboxEntry Entry, EvidenceEvent Submitted)> recalled)
    {
        // Under an agreement that was taken away nothing can be sent, and the peer destroys what is over without being told.
        var signed = agreements.Find(shared.Channel.AgreementId, now) ?? agreements.FindNewest(shared.Channel.AgreementId);
        if (signed is null || shared.Terms?.NotAfter <= now)
        {
            return;
        }

        var (recipient, agreementId) = (shared.Channel.Recipient, shared.Channel.AgreementId);
        if (shared.Terms is { } terms)
        {
            var mapping = factory.CreateCorrected(shared, terms, bound, request.Change, signed.Agreement, now);
            if (AgreementClauses.Check(mapping, signed.Agreement, agreements.Provider, now) == ClauseOutcome.Holds)
            {
                var entry = factory.ToCorrectionEntry(mapping, request, bindingId, now) with { MappingsPerDayMax = signed.Agreement.MappingsPerDay };
                corrected.Add((entry, factory.Submitted(EventNames.OfChange(request.Change)!, "", recipient, agreementId, now)));
                return;
            }
        }

        // What the peer has is wrong, and what would be right may not be sent: it must not keep it.
        var erasure = factory.ToErasureEntry(factory.CreateErased(shared, now), bindingId, now);
        recalled.Add((erasure, factory.Submitted(EventNames.ErasureRequested, "", recipient, agreementId, now)));
    }

    private void WakeAll(BindingCorrection correction)
    {
        foreach (var recipient in correction.Corrected.Concat(correction.Recalled).Select(told => told.Entry.Channel.Recipient).Distinct())
        {
            signal.Wake(recipient);
        }
    }

    private BindIdentityRequest Open(StoredBinding binding) =>
        BindIdentityRequest.Parser.ParseFrom(protection.Open(RecordKind.Binding, binding.BindingId.Span, 1, binding.Content));
}
