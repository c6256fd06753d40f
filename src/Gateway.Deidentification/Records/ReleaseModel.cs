namespace Gateway.Deidentification.Records;

/// <summary>Who may get the output (Rec. ITU-T X.1148 clause 8.2).</summary>
public enum ReleaseModel
{
    /// <summary>Named parties, each bound by an agreement.</summary>
    NonPublic = 1,

    /// <summary>Whoever has registered and accepted terms.</summary>
    SemiPublic = 2,

    /// <summary>Anybody, without terms.</summary>
    Public = 3,
}
