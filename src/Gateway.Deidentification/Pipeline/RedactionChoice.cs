using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Policies;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Redaction;

namespace Gateway.Deidentification.Pipeline;

/// <summary>The technique a caller asks for.</summary>
/// <param name="Technique">Technique; default outside fill.</param>
/// <param name="AllowWeak">Must be true for a technique of class <see cref="StrengthClass.Cosmetic"/>; the record then says so.</param>
public readonly record struct RedactionChoice(RedactionTechnique Technique, bool AllowWeak)
{
    /// <summary>Outside fill.</summary>
    public static RedactionChoice Default => new(RedactionTechnique.OutsideFill, AllowWeak: false);

    /// <summary>What the technique leaves to an attacker.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The technique is unknown.</exception>
    public StrengthClass Strength => MaskFillers.StrengthOf(Technique);

    /// <summary>False where a cosmetic technique was asked for without saying that it may be weak, or the technique is unknown.</summary>
    public bool IsAllowed => Enum.IsDefined(Technique) && (AllowWeak || Strength != StrengthClass.Cosmetic);

    /// <summary>False where the technique can be reversed, if only in part, and the policy is the strictest one or releases beyond parties of an agreement.</summary>
    internal bool IsAllowedUnder(PolicyReference policy) => IsAllowed && ReleaseRule.Allows(Strength, policy.Release)
        && (policy != DeidentificationPolicy.Strictest.Reference || Strength == StrengthClass.Irreversible);

    /// <summary>False where the technique promises something about persons and nobody looks for them.</summary>
    internal bool CanBeKeptBy(IRegionDetector detector) => Technique != RedactionTechnique.Silhouette || detector.Finds(RegionClass.Person);
}
