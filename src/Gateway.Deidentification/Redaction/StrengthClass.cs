namespace Gateway.Deidentification.Redaction;

/// <summary>What someone who holds the output can still learn about a masked region.</summary>
public enum StrengthClass
{
    /// <summary>No pixel inside the mask influenced any output byte.</summary>
    Irreversible,

    /// <summary>A bounded number of bits about the region is in the output: 768 for a track.</summary>
    BoundedLeak,

    /// <summary>The region may be recognisable or restorable.</summary>
    Cosmetic,
}
