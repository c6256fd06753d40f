namespace Gateway.Deidentification.Redaction;

/// <summary>What an attacker who holds the output can still learn about a masked region.</summary>
public enum StrengthClass
{
    /// <summary>No pixel inside the mask influenced any output byte.</summary>
    Irreversible = 1,

    /// <summary>A bounded number of bits about the region is in the output.</summary>
    BoundedLeak = 2,

    /// <summary>The region may be recognisable or restorable.</summary>
    Cosmetic = 3,
}
