using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;

namespace Gateway.Exchange.Mappings;

/// <summary>Bounds of what backends send, checked before anything is looked up.</summary>
internal static class MappingFields
{
    public const int IdBytes = 16;

    private const int NameCharsMax = 64;
    private const int ReferenceCharsMax = 128;
    private const int NoticeCharsMax = 32;

    public static bool AreInBounds(BindIdentityRequest request) =>
        request.SubjectHandle.Length == IdBytes
        && request.IdentityReference is { Value.Length: >= 1 and <= ReferenceCharsMax } reference
        && Enum.IsDefined(reference.Type) && reference.Type != IdentityReferenceType.Unspecified
        && Enum.IsDefined(request.BindingMethod) && request.BindingMethod != BindingMethod.Unspecified
        && request.BindingConfidence is >= 0 and <= 1
        && request.Consent is { RecordId.Length: >= 1 and <= NameCharsMax, NoticeVersion.Length: >= 1 and <= NoticeCharsMax, ExpiresAtS: >= 0 };

    public static bool AreInBounds(ShareMappingRequest request) =>
        request.IdempotencyKey.Length == IdBytes
        && request.BindingId.Length == IdBytes
        && request.AgreementId.Length is >= 1 and <= NameCharsMax
        && request.Purpose.Length is >= 1 and <= NameCharsMax
        && request.NotAfterS >= 0
        && Enum.IsDefined(request.PseudonymType);
}
