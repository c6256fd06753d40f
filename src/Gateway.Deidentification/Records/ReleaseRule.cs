using Gateway.Deidentification.Redaction;

namespace Gateway.Deidentification.Records;

/// <summary>Which data may go to whom (Rec. ITU-T X.1148 clause 8.3).</summary>
public static class ReleaseRule
{
    /// <summary>True where data of a stage may be released so. What can still be attributed to people by other means is not for everybody.</summary>
    public static bool Allows(DataStage stage, ReleaseModel release) => (stage, release) switch
    {
        (DataStage.Pseudonymized, ReleaseModel.NonPublic or ReleaseModel.SemiPublic) => true,
        _ => false,
    };

    /// <summary>
    /// True where a technique of this strength is enough for such a release. Blur and cells can be undone by somebody who has time and a model for it;
    /// beyond parties bound by an agreement only what leaves nothing is enough (D-12).
    /// </summary>
    public static bool Allows(StrengthClass strength, ReleaseModel release) => release == ReleaseModel.NonPublic || strength == StrengthClass.Irreversible;
}
