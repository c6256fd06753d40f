using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Sealing.Keys;
using Google.Protobuf;

namespace Gateway.Exchange.Mappings;

/// <summary>Finds what may be read: mappings received from peers, by pseudonym and purpose; own bindings, by handle.</summary>
public sealed class MappingLookUp(IExchangeStore store, RecordProtection protection, KeyedDigest index, string provider, TimeProvider time)
{
    /// <summary>Newest versions only. Unknown, forbidden, restricted, expired and erased are one answer .</summary>
    public async Task<MappingAnswer<IReadOnlyList<IdentificationMapping>>> FindAsync(LookUpMappingRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!MappingFields.AreInBounds(request))
        {
            return new(MappingOutcome.FieldInvalid, null);
        }

        var found = request.KeyCase == LookUpMappingRequest.KeyOneofCase.Pseudonym
            ? await FindReceivedAsync(request.Pseudonym.Memory, request.Purpose, cancellationToken)
            : await FindOwnAsync(request.SubjectHandle.Memory, cancellationToken);
        return found.Count == 0 ? new(MappingOutcome.MappingNotFound, null) : new(MappingOutcome.Done, found);
    }

    internal static bool MayBeRead(IdentificationMapping mapping, DateTimeOffset now) =>
        !mapping.Restricted
        && mapping.State == MappingState.Active
        && mapping.PermittedOperations.Contains(Operation.Read)
        && mapping.NotBeforeS <= now.ToUnixTimeSeconds();

    private async Task<IReadOnlyList<IdentificationMapping>> FindReceivedAsync(ReadOnlyMemory<byte> pseudonym, string purpose, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var received = await store.FindByPseudonymAsync(index.Compute("pseudonym"u8.ToArray(), pseudonym), now, cancellationToken);
        IdentificationMapping[] readable = [.. received.Where(mapping => mapping.Purpose == purpose).Select(Open).Where(mapping => MayBeRead(mapping, now))];

        // Whoever reads leaves a trace, durable before the answer (catalogue section 7).
        foreach (var mapping in readable.DistinctBy(mapping => (mapping.Issuer, mapping.AgreementId)))
        {
            var read = new EvidenceEvent(EventNames.ContentAccessTracking, "", now, mapping.Issuer, provider, mapping.AgreementId, 0, default);
            await store.AppendAsync(read, cancellationToken);
        }

        return readable;
    }

    private IdentificationMapping Open(ReceivedMapping received) =>
        IdentificationMapping.Parser.ParseFrom(protection.Open(RecordKind.Received, received.MappingId.Span, received.Version, received.Content));

    private async Task<IReadOnlyList<IdentificationMapping>> FindOwnAsync(ReadOnlyMemory<byte> handle, CancellationToken cancellationToken)
    {
        if (await store.FindByHandleAsync(index.Compute("handle"u8.ToArray(), handle), cancellationToken) is not { } binding)
        {
            return [];
        }

        var bound = BindIdentityRequest.Parser.ParseFrom(protection.Open(RecordKind.Binding, binding.BindingId.Span, 1, binding.Content));
        return
        [
            new IdentificationMapping
            {
                MappingId = ByteString.CopyFrom(binding.BindingId.Span),
                Version = 1,
                State = MappingState.Active,
                IdentityReference = bound.IdentityReference,
                SubjectHandle = bound.SubjectHandle,
                BindingMethod = bound.BindingMethod,
                BindingConfidence = bound.BindingConfidence,
                Consent = bound.Consent,
                Issuer = provider,
            },
        ];
    }
}
