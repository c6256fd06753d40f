using Gateway.Contracts.Exchange.V1;

namespace Gateway.Exchange.Agreements;

/// <summary>Which clause of an agreement a mapping breaks.</summary>
public enum ClauseOutcome
{
    /// <summary>None.</summary>
    Holds,

    /// <summary>It names another agreement.</summary>
    OtherAgreement,

    /// <summary>Issuer and recipient are not the two parties, in this direction.</summary>
    OtherParties,

    /// <summary>The purpose is not agreed.</summary>
    PurposeNotAgreed,

    /// <summary>A field is filled that is not agreed.</summary>
    FieldNotAgreed,

    /// <summary>An operation is permitted that is not agreed.</summary>
    OperationNotAgreed,

    /// <summary>The type of the pseudonym is not agreed.</summary>
    PseudonymTypeNotAgreed,

    /// <summary>It would be kept longer than agreed, or its times contradict each other.</summary>
    PeriodNotAgreed,

    /// <summary>The consent it rests on is over.</summary>
    ConsentOver,

    /// <summary>A field is out of its bounds, or an erased mapping still says something about a person.</summary>
    OutOfBounds,
}

/// <summary>
/// The clauses as code, the same at both ends: what the sender would refuse to send, the receiver refuses to keep.
/// </summary>
public static class AgreementClauses
{
    // A sender's clock may be this far from ours.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>Decides about one mapping.</summary>
    /// <remarks>An erased mapping is held to its form and its parties only: an erasure must arrive, whatever was agreed since.</remarks>
    /// <param name="mapping">The mapping.</param>
    /// <param name="agreement">The agreement it travels under.</param>
    /// <param name="issuer">Provider that sends it.</param>
    /// <param name="at">When it is sent: now for a sender, the signed time for a receiver.</param>
    public static ClauseOutcome Check(IdentificationMapping mapping, Agreement agreement, string issuer, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(mapping);
        ArgumentNullException.ThrowIfNull(agreement);
        return mapping switch
        {
            _ when !MappingBounds.Hold(mapping) => ClauseOutcome.OutOfBounds,
            _ when mapping.AgreementId != agreement.Id => ClauseOutcome.OtherAgreement,
            _ when mapping.Issuer != issuer || agreement.CounterpartyOf(issuer)?.Provider != mapping.Recipient => ClauseOutcome.OtherParties,
            _ when mapping.State == MappingState.Erased => ClauseOutcome.Holds,
            _ when !agreement.Purposes.Contains(mapping.Purpose) => ClauseOutcome.PurposeNotAgreed,
            _ when !agreement.PseudonymTypes.Contains((AgreedPseudonymType)mapping.PseudonymType) => ClauseOutcome.PseudonymTypeNotAgreed,
            _ when !FieldsAreAgreed(mapping, agreement) => ClauseOutcome.FieldNotAgreed,
            _ when mapping.PermittedOperations.Any(operation => !agreement.Operations.Contains((AgreedOperation)operation)) => ClauseOutcome.OperationNotAgreed,
            _ when IsOver(mapping.Consent, at) && mapping.State == MappingState.Active => ClauseOutcome.ConsentOver,
            _ when !PeriodIsAgreed(mapping, agreement, at) => ClauseOutcome.PeriodNotAgreed,
            _ => ClauseOutcome.Holds,
        };
    }

    /// <summary>True when a consent has ended.</summary>
    public static bool IsOver(ConsentReference consent, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(consent);
        return consent.ExpiresAtS != 0 && at.ToUnixTimeSeconds() >= consent.ExpiresAtS;
    }

    /// <summary>The longest a mapping may be kept: as agreed, while the agreement lasts, while the consent lasts.</summary>
    public static DateTimeOffset LatestNotAfter(Agreement agreement, ConsentReference consent, DateTimeOffset issuedAt)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        ArgumentNullException.ThrowIfNull(consent);
        var latest = issuedAt + agreement.Retention;
        latest = latest < agreement.ValidUntil ? latest : agreement.ValidUntil;
        return consent.ExpiresAtS == 0 || latest.ToUnixTimeSeconds() <= consent.ExpiresAtS ? latest : DateTimeOffset.FromUnixTimeSeconds(consent.ExpiresAtS);
    }

    private static bool FieldsAreAgreed(IdentificationMapping mapping, Agreement agreement) =>
        (mapping.IdentityReference is null || agreement.Fields.Contains(MappingField.IdentityReference))
        && (mapping.SubjectHandle.IsEmpty || agreement.Fields.Contains(MappingField.SubjectHandle))
        && (mapping.BindingConfidence == 0 || agreement.Fields.Contains(MappingField.BindingConfidence));

    private static bool PeriodIsAgreed(IdentificationMapping mapping, Agreement agreement, DateTimeOffset at) =>
        mapping.IssuedAtS <= (at + ClockTolerance).ToUnixTimeSeconds()
        && mapping.NotBeforeS <= mapping.NotAfterS
        && mapping.NotAfterS > at.ToUnixTimeSeconds()
        && mapping.NotAfterS <= LatestNotAfter(agreement, mapping.Consent, DateTimeOffset.FromUnixTimeSeconds(mapping.IssuedAtS)).ToUnixTimeSeconds();
}
