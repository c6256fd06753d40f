using System.Security.Cryptography;
using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Outbox;
using Gateway.Exchange.Pseudonyms;
using Gateway.Sealing.Keys;
using Google.Protobuf;

namespace Gateway.Exchange.Mappings;

/// <summary>Makes identification mappings (requirement catalogue 6.2) and their places in the outbox; decides nothing.</summary>
public sealed class MappingFactory(string provider, PseudonymMaker pseudonyms, RecordProtection protection, KeyedDigest index)
{
    /// <summary>The first version of a mapping, with the fields its agreement allows and no other.</summary>
    public IdentificationMapping Create(ShareMappingRequest request, BindIdentityRequest bound, Agreement agreement, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(bound);
        ArgumentNullException.ThrowIfNull(agreement);
        var peer = agreement.CounterpartyOf(provider)?.Provider ?? "";
        var mapping = NewVersion(RandomNumberGenerator.GetBytes(MappingFields.IdBytes), 1, MappingState.Active, agreement.Id, peer, request.Purpose, now);
        Fill(mapping, request, bound, agreement, now);
        return mapping;
    }

    /// <summary>The version that replaces what a receiver has of a corrected binding. It is not kept longer than the one before.</summary>
    public IdentificationMapping CreateCorrected(
        SharedMapping shared, ShareTerms terms, BindIdentityRequest bound, MappingChange change, Agreement agreement, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(shared);
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(bound);
        ArgumentNullException.ThrowIfNull(agreement);
        var mapping = NewVersion(shared.MappingId, shared.Version + 1, MappingState.Active, agreement.Id, shared.Channel.Recipient, shared.Purpose, now);
        var latest = AgreementClauses.LatestNotAfter(agreement, bound.Consent, now);
        var request = new ShareMappingRequest
        {
            IdempotencyKey = ByteString.CopyFrom(shared.ShareKey.Span),
            AgreementId = agreement.Id,
            Purpose = shared.Purpose,
            NotAfterS = (terms.NotAfter < latest ? terms.NotAfter : latest).ToUnixTimeSeconds(),
            PseudonymType = (PseudonymType)terms.PseudonymType,
        };
        Fill(mapping, request, bound, agreement, now);
        mapping.Change = change;
        return mapping;
    }

    private void Fill(IdentificationMapping mapping, ShareMappingRequest request, BindIdentityRequest bound, Agreement agreement, DateTimeOffset now)
    {
        mapping.PermittedOperations.AddRange(agreement.Operations.Order().Select(operation => (Operation)operation));
        mapping.Pseudonym = PseudonymOf(request, bound, mapping.Recipient);
        mapping.PseudonymType = TypeOf(request);
        mapping.BindingMethod = bound.BindingMethod;
        mapping.Consent = bound.Consent;
        mapping.NotAfterS = request.NotAfterS != 0
            ? request.NotAfterS
            : AgreementClauses.LatestNotAfter(agreement, bound.Consent, now).ToUnixTimeSeconds();

        if (agreement.Fields.Contains(MappingField.IdentityReference))
        {
            mapping.IdentityReference = bound.IdentityReference;
        }

        if (agreement.Fields.Contains(MappingField.SubjectHandle))
        {
            mapping.SubjectHandle = bound.SubjectHandle;
        }

        if (agreement.Fields.Contains(MappingField.BindingConfidence))
        {
            mapping.BindingConfidence = bound.BindingConfidence;
        }
    }

    /// <summary>The pseudonym a request gets: a function of what is asked for and of nothing else, so that a repeat gets the same.</summary>
    public ByteString PseudonymOf(ShareMappingRequest request, BindIdentityRequest bound, string recipient)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(bound);
        return UnsafeByteOperations.UnsafeWrap(TypeOf(request) == PseudonymType.Transaction
            ? pseudonyms.Transaction(request.IdempotencyKey.Memory)
            : pseudonyms.Relationship(recipient, request.AgreementId, request.Purpose, bound.IdentityReference));
    }

    /// <summary>The version that tells a receiver to destroy what it has. It says nothing more about the person.</summary>
    public IdentificationMapping CreateErased(SharedMapping shared, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(shared);
        var mapping = NewVersion(shared.MappingId, shared.Version + 1, MappingState.Erased, shared.Channel.AgreementId, shared.Channel.Recipient, shared.Purpose, now);
        mapping.Pseudonym = UnsafeByteOperations.UnsafeWrap(RandomNumberGenerator.GetBytes(PseudonymMaker.PseudonymBytes));
        mapping.NotAfterS = mapping.IssuedAtS;
        return mapping;
    }

    /// <summary>The place of a requested mapping in the outbox.</summary>
    public OutboxEntry ToEntry(IdentificationMapping mapping, ShareMappingRequest request, ReadOnlyMemory<byte> bindingId, DateTimeOffset now) =>
        ToEntry(mapping, request.IdempotencyKey.Memory, DigestOf(request), bindingId, now) with { Terms = TermsOf(mapping) };

    /// <summary>The place of a corrected version in the outbox; one for each correction and mapping.</summary>
    public OutboxEntry ToCorrectionEntry(IdentificationMapping mapping, CorrectIdentityRequest request, ReadOnlyMemory<byte> bindingId, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(mapping);
        ArgumentNullException.ThrowIfNull(request);
        var digest = index.Compute("correct"u8.ToArray(), request.IdempotencyKey.Memory, mapping.MappingId.Memory);
        return ToEntry(mapping, digest.AsMemory(0, MappingFields.IdBytes), digest, bindingId, now) with { Terms = TermsOf(mapping) };
    }

    /// <summary>True when an entry was made from this very request.</summary>
    public bool IsOf(OutboxEntry entry, ShareMappingRequest request)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return CryptographicOperations.FixedTimeEquals(entry.RequestDigest.Span, DigestOf(request));
    }

    /// <summary>The place of an erasure in the outbox; asked for twice it is the same one.</summary>
    public OutboxEntry ToErasureEntry(IdentificationMapping mapping, ReadOnlyMemory<byte> bindingId, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(mapping);
        var request = index.Compute("erase"u8.ToArray(), mapping.MappingId.Memory);
        return ToEntry(mapping, request.AsMemory(0, MappingFields.IdBytes), request, bindingId, now);
    }

    /// <summary>An event of a submission, without anything that identifies.</summary>
    public EvidenceEvent Submitted(string name, string reason, string recipient, string agreementId, DateTimeOffset now) =>
        new(name, reason, now, provider, recipient, agreementId, 0, default);

    private static PseudonymType TypeOf(ShareMappingRequest request) =>
        request.PseudonymType == PseudonymType.Unspecified ? PseudonymType.Relationship : request.PseudonymType;

    private static ShareTerms TermsOf(IdentificationMapping mapping) => new((int)mapping.PseudonymType, DateTimeOffset.FromUnixTimeSeconds(mapping.NotAfterS));

    private byte[] DigestOf(ShareMappingRequest request) => index.Compute("share"u8.ToArray(), request.ToByteArray());

    private OutboxEntry ToEntry(
        IdentificationMapping mapping, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> digest, ReadOnlyMemory<byte> bindingId, DateTimeOffset now)
    {
        var content = protection.Protect(RecordKind.Outgoing, mapping.MappingId.Span, (int)mapping.Version, mapping.ToByteArray());
        var channel = new ChannelKey(provider, mapping.Recipient, mapping.AgreementId);
        return new OutboxEntry(key, digest, mapping.MappingId.Memory, (int)mapping.Version, bindingId, channel, mapping.Purpose, content, now);
    }

    private IdentificationMapping NewVersion(
        ReadOnlyMemory<byte> id, int version, MappingState state, string agreementId, string peer, string purpose, DateTimeOffset now) => new()
    {
        MappingId = ByteString.CopyFrom(id.Span),
        Version = (uint)version,
        State = state,
        Purpose = purpose,
        AgreementId = agreementId,
        Issuer = provider,
        Recipient = peer,
        IssuedAtS = now.ToUnixTimeSeconds(),
        NotBeforeS = now.ToUnixTimeSeconds(),
        Salt = MappingSalt.New(),
    };
}
