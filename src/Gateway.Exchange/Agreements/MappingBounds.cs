using Gateway.Contracts.Exchange.V1;

namespace Gateway.Exchange.Agreements;

/// <summary>The form every mapping has, whatever was agreed.</summary>
internal static class MappingBounds
{
    private const int IdBytes = 16;
    private const int PseudonymBytesMin = 16;
    private const int PseudonymBytesMax = 32;
    private const int ReferenceCharsMax = 128;
    private const int TextCharsMax = 64;
    private const int NoticeCharsMax = 32;

    // The last second of the year 9999: beyond it neither subtraction nor the platform's times are safe.
    private const long TimeMaxS = 253_402_300_799;

    public static bool Hold(IdentificationMapping mapping) =>
        mapping.MappingId.Length == IdBytes
        && mapping.Salt.Length == MappingSalt.Bytes
        && mapping.Version is >= 1 and <= int.MaxValue
        && IsDefined(mapping.State)
        && mapping.Pseudonym.Length is >= PseudonymBytesMin and <= PseudonymBytesMax
        && mapping.Purpose.Length is >= 1 and <= TextCharsMax
        && TimesHold(mapping)
        && ChangeHolds(mapping)
        && (mapping.State == MappingState.Erased ? IsBare(mapping) : ContentHolds(mapping));

    // An erased mapping says nothing more about the person, agreed or not.
    private static bool IsBare(IdentificationMapping mapping) =>
        mapping.IdentityReference is null
        && mapping.Consent is null
        && mapping.SubjectHandle.IsEmpty
        && mapping.BindingConfidence == 0;

    private static bool ContentHolds(IdentificationMapping mapping) =>
        IsDefined(mapping.PseudonymType)
        && mapping.SubjectHandle.Length is 0 or IdBytes
        && IsDefined(mapping.BindingMethod)
        && mapping.BindingConfidence is >= 0 and <= 1
        && mapping.Consent is { RecordId.Length: >= 1 and <= TextCharsMax, NoticeVersion.Length: >= 1 and <= NoticeCharsMax, ExpiresAtS: >= 0 and <= TimeMaxS }
        && mapping.PermittedOperations.Count is >= 1 and <= 2
        && (mapping.IdentityReference is null || ReferenceHolds(mapping.IdentityReference));

    // A first version changes nothing, and a state is no correction.
    private static bool ChangeHolds(IdentificationMapping mapping) =>
        mapping.Change == MappingChange.Unspecified
        || (Enum.IsDefined(mapping.Change) && mapping.Version > 1 && mapping.State == MappingState.Active);

    private static bool ReferenceHolds(IdentityReference reference) =>
        IsDefined(reference.Type) && reference.Value.Length is >= 1 and <= ReferenceCharsMax;

    private static bool TimesHold(IdentificationMapping mapping) =>
        mapping.IssuedAtS is >= 0 and <= TimeMaxS && mapping.NotBeforeS is >= 0 and <= TimeMaxS && mapping.NotAfterS is >= 0 and <= TimeMaxS;

    // Zero is "refused" in every enumeration of the wire.
    private static bool IsDefined<T>(T value)
        where T : struct, Enum => Enum.IsDefined(value) && !EqualityComparer<T>.Default.Equals(value, default);
}
