using System.Security.Cryptography;
using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Sealing.Signatures;

namespace Gateway.Exchange.Mappings;

/// <summary>Makes the proof of one received mapping. What may not be read may not be proved.</summary>
public sealed class MappingProving(IExchangeStore store, RecordProtection protection, string provider, TimeProvider time)
{
    private const int AgreementCharsMax = 64;

    /// <summary>Makes the proof. Unknown, forbidden, restricted, expired and erased are one answer .</summary>
    /// <exception cref="InvalidDataException">The store was changed behind the node's back.</exception>
    public async Task<MappingAnswer<MappingProof>> ProveAsync(GetMappingProofRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.MappingId.Length != MappingFields.IdBytes || request.AgreementId.Length is 0 or > AgreementCharsMax)
        {
            return new(MappingOutcome.FieldInvalid, null);
        }

        // 1 what was kept, if it may be read
        var now = time.GetUtcNow();
        var kept = await store.FindWithMessageAsync(request.MappingId.Memory, request.AgreementId, now, cancellationToken);
        if (kept is null || !MappingLookUp.MayBeRead(Read(kept.Mapping, out var leaf), now))
        {
            return new(MappingOutcome.MappingNotFound, null);
        }

        // 2 the proof, checked before it is handed out
        var proof = ToProof(kept, leaf);

        // 3 whoever reads leaves a trace, durable before the answer
        var issuer = IdentificationMapping.Parser.ParseFrom(leaf).Issuer;
        var proved = new EvidenceEvent(
            EventNames.ContentAccessTracking, "MappingProof", now, issuer, provider, request.AgreementId, 0, SHA256.HashData(proof.Signed.Attributes.Span));
        await store.AppendAsync(proved, cancellationToken);
        return new(MappingOutcome.Done, proof);
    }

    private static MappingProof ToProof(MappingWithMessage kept, byte[] leaf)
    {
        var leaves = kept.LeafHashes;
        var count = leaves.Length / MerkleTree.HashBytes;
        var path = kept.BatchIndex < count ? MerkleTree.PathOf(leaves.Span, kept.BatchIndex) : default;
        return SignedParts.Read(kept.SignedMessage) is { } signed
            && MerkleTree.Includes(leaf, kept.BatchIndex, count, path.Span, MerkleTree.RootOf(leaves.Span))
            ? new MappingProof(leaf, kept.BatchIndex, count, path, signed)
            : throw new InvalidDataException("A mapping of the store is not the one of its message: it was changed.");
    }

    private IdentificationMapping Read(ReceivedMapping received, out byte[] leaf)
    {
        leaf = protection.Open(RecordKind.Received, received.MappingId.Span, received.Version, received.Content);
        return IdentificationMapping.Parser.ParseFrom(leaf);
    }
}
