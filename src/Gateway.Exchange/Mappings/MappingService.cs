using System.Security.Cryptography;
using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Outbox;
using Gateway.Sealing.Keys;
using Google.Protobuf;

namespace Gateway.Exchange.Mappings;

/// <summary>
/// What a provider's backend can do with identification mappings: bind, share, follow, look up, erase. Every call can be repeated; the second
/// time it finds what the first one did.
/// </summary>
public sealed class MappingService(
    IExchangeStore store, AgreementBook agreements, MappingFactory factory, RecordProtection protection, KeyedDigest index, OutboxSignal signal, TimeProvider time)
{
    /// <summary>Binds a handle to a person. Repeatable: the handle decides.</summary>
    public async Task<MappingAnswer<StoredBinding>> BindAsync(BindIdentityRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!MappingFields.AreInBounds(request))
        {
            return Refuse<StoredBinding>(MappingOutcome.FieldInvalid);
        }

        var id = RandomNumberGenerator.GetBytes(MappingFields.IdBytes);
        var content = request.ToByteArray();
        var binding = new StoredBinding(
            id,
            index.Compute("handle"u8.ToArray(), request.SubjectHandle.Memory),
            index.Compute("binding"u8.ToArray(), content),
            index.Compute("subject"u8.ToArray(), request.IdentityReference.ToByteArray()),
            protection.Protect(RecordKind.Binding, id, 1, content));
        var (outcome, existing) = await store.BindAsync(binding, cancellationToken);
        return outcome switch
        {
            BindOutcome.Bound => new(MappingOutcome.Done, binding),
            BindOutcome.Repeat => new(MappingOutcome.Done, existing),
            _ => Refuse<StoredBinding>(MappingOutcome.HandleAlreadyBound),
        };
    }

    /// <summary>Shares a binding with the other party of an agreement. Repeatable: the idempotency key decides.</summary>
    public async Task<MappingAnswer<ShareMappingResponse>> ShareAsync(ShareMappingRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!MappingFields.AreInBounds(request))
        {
            return Refuse<ShareMappingResponse>(MappingOutcome.FieldInvalid);
        }

        // 1 the binding
        if (await store.FindByIdAsync(request.BindingId.Memory, cancellationToken) is not { } binding)
        {
            return Refuse<ShareMappingResponse>(MappingOutcome.MappingNotFound);
        }

        // 2 what was answered before is answered again, whatever ended or was used up since: the mapping is on its way
        var bound = BindIdentityRequest.Parser.ParseFrom(protection.Open(RecordKind.Binding, binding.BindingId.Span, 1, binding.Content));
        if (await store.FindEntryAsync(request.IdempotencyKey.Memory, cancellationToken) is { } entry)
        {
            return AnswerAgain(entry, request, bound);
        }

        // 3 the agreement; an identifier nobody agreed on is text of a backend, and not for the evidence
        var now = time.GetUtcNow();
        if (agreements.Find(request.AgreementId, now) is not { } signed)
        {
            var known = agreements.FindNewest(request.AgreementId) is null ? "" : request.AgreementId;
            return await RejectAsync("", known, MappingOutcome.AgreementNotInForce, cancellationToken);
        }

        // 4 the mapping, held against every clause
        var mapping = factory.Create(request, bound, signed.Agreement, now);
        var clause = AgreementClauses.Check(mapping, signed.Agreement, agreements.Provider, now);
        if (clause != ClauseOutcome.Holds)
        {
            return await RejectAsync(mapping.Recipient, mapping.AgreementId, Outcome(clause), cancellationToken);
        }

        // 5 durable, then the sender is woken
        var queued = factory.ToEntry(mapping, request, binding.BindingId, now) with
        {
            MappingsPerDayMax = signed.Agreement.MappingsPerDay,
            BindingDigest = binding.ContentDigest,
        };
        return await QueueAsync(queued, mapping, request, now, cancellationToken);
    }

    /// <summary>How far a mapping came.</summary>
    public async Task<MappingAnswer<DeliveryStatus>> GetDeliveryAsync(ReadOnlyMemory<byte> mappingId, CancellationToken cancellationToken)
    {
        var status = mappingId.Length == MappingFields.IdBytes ? await store.FindDeliveryAsync(mappingId, cancellationToken) : null;
        return status is null ? Refuse<DeliveryStatus>(MappingOutcome.MappingNotFound) : new(MappingOutcome.Done, status);
    }

    private static MappingOutcome Outcome(ClauseOutcome clause) => clause switch
    {
        ClauseOutcome.PurposeNotAgreed => MappingOutcome.PurposeNotAgreed,
        ClauseOutcome.ConsentOver => MappingOutcome.ConsentExpired,
        _ => MappingOutcome.ClauseBroken,
    };

    private static ShareMappingResponse Answer(OutboxEntry entry, ByteString pseudonym) => new()
    {
        MappingId = ByteString.CopyFrom(entry.MappingId.Span),
        Pseudonym = pseudonym,
    };

    private static MappingAnswer<T> Refuse<T>(MappingOutcome outcome)
        where T : class => new(outcome, null);

    private MappingAnswer<ShareMappingResponse> AnswerAgain(OutboxEntry entry, ShareMappingRequest request, BindIdentityRequest bound)
    {
        if (!factory.IsOf(entry, request))
        {
            return Refuse<ShareMappingResponse>(MappingOutcome.IdempotencyConflict);
        }

        signal.Wake(entry.Channel.Recipient);
        return new(MappingOutcome.Done, Answer(entry, factory.PseudonymOf(request, bound, entry.Channel.Recipient)));
    }

    private async Task<MappingAnswer<ShareMappingResponse>> QueueAsync(
        OutboxEntry entry, IdentificationMapping mapping, ShareMappingRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var submitted = factory.Submitted(EventNames.SubmissionAcceptance, "", mapping.Recipient, mapping.AgreementId, now);
        var (outcome, existing) = await store.EnqueueAsync(entry, submitted, cancellationToken);
        // The binding may have been erased since it was read. Then either the erasure finds this mapping in the outbox, because it looks again
        // after it, or sealing finds the erasure, because it looks again too: nothing of it leaves, and the peer hears that it is erased.
        signal.Wake(mapping.Recipient);
        return outcome switch
        {
            EnqueueOutcome.Queued => new(MappingOutcome.Done, Answer(entry, mapping.Pseudonym)),
            EnqueueOutcome.Repeat => new(MappingOutcome.Done, Answer(existing!, mapping.Pseudonym)), // it came twice at once
            EnqueueOutcome.Changed => await ShareAsync(request, cancellationToken), // it was corrected or erased meanwhile
            EnqueueOutcome.VolumeUsedUp => await RejectAsync(mapping.Recipient, mapping.AgreementId, MappingOutcome.ClauseBroken, cancellationToken),
            EnqueueOutcome.Full => Refuse<ShareMappingResponse>(MappingOutcome.OutboxFull),
            _ => Refuse<ShareMappingResponse>(MappingOutcome.IdempotencyConflict),
        };
    }

    // A refused submission is evidence too: somebody tried to share what the agreement does not allow.
    private async Task<MappingAnswer<ShareMappingResponse>> RejectAsync(
        string recipient, string agreementId, MappingOutcome outcome, CancellationToken cancellationToken)
    {
        await store.AppendAsync(factory.Submitted(EventNames.SubmissionRejection, outcome.ToString(), recipient, agreementId, time.GetUtcNow()), cancellationToken);
        return Refuse<ShareMappingResponse>(outcome);
    }
}
