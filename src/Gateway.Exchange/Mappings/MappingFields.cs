using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;

namespace Gateway.Exchange.Mappings;

/// <summary>Bounds of what backends send, checked before anything is looked up.</summary>
internal static class MappingFields
{
    public const int IdBytes = 16;

    private const int PseudonymBytesMin = 16;
    private const int PseudonymBytesMax = 32;
    private const int NameCharsMax = 64;
    private const int ReferenceCharsMax = 128;
    private const int NoticeCharsMax = 32;
    private const int CorrectedMax = 64;

    // Everything a binding has, with room; what a newer backend adds beyond it is not kept.
    private const int BindingBytesMax = 2048;
    private const long TimeMaxS = 253_402_300_799;

    public static bool AreInBounds(BindIdentityRequest request) =>
        request.CalculateSize() <= BindingBytesMax
        && request.SubjectHandle.Length == IdBytes
        && request.IdentityReference is { Value.Length: >= 1 and <= ReferenceCharsMax } reference
        && Enum.IsDefined(reference.Type) && reference.Type != IdentityReferenceType.Unspecified
        && Enum.IsDefined(request.BindingMethod) && request.BindingMethod != BindingMethod.Unspecified
        && request.BindingConfidence is >= 0 and <= 1
        && request.Consent is { RecordId.Length: >= 1 and <= NameCharsMax, NoticeVersion.Length: >= 1 and <= NoticeCharsMax, ExpiresAtS: >= 0 and <= TimeMaxS };

    public static bool AreInBounds(CorrectIdentityRequest request) =>
        request.IdempotencyKey.Length == IdBytes
        && request.BindingIds.Count is >= 1 and <= CorrectedMax
        && request.BindingIds.All(id => id.Length == IdBytes)
        && request.BindingIds.Distinct().Count() == request.BindingIds.Count
        && Enum.IsDefined(request.Change) && request.Change != MappingChange.Unspecified;

    public static bool AreInBounds(LookUpMappingRequest request) => request.KeyCase switch
    {
        LookUpMappingRequest.KeyOneofCase.Pseudonym =>
            request.Pseudonym.Length is >= PseudonymBytesMin and <= PseudonymBytesMax && request.Purpose.Length is >= 1 and <= NameCharsMax,
        LookUpMappingRequest.KeyOneofCase.SubjectHandle => request.SubjectHandle.Length == IdBytes,
        _ => false,
    };

    public static bool AreInBounds(ShareMappingRequest request) =>
        request.IdempotencyKey.Length == IdBytes
        && request.BindingId.Length == IdBytes
        && request.AgreementId.Length is >= 1 and <= NameCharsMax
        && request.Purpose.Length is >= 1 and <= NameCharsMax
        && request.NotAfterS is >= 0 and <= TimeMaxS
        && Enum.IsDefined(request.PseudonymType);
}
