using Gateway.Sealing.Certificates;

namespace Gateway.Server.Configuration;

/// <summary>What a backend may call. One identity has one role: media and mappings must not meet in one backend.</summary>
internal enum BackendRole
{
    /// <summary>May call the Deidentification service only.</summary>
    Media,

    /// <summary>May call the Identification service only.</summary>
    Mapping,
}

/// <summary>One backend of the provider.</summary>
internal sealed class BackendSettings
{
    /// <summary>URI in the backend's certificate, <c>xvide://provider/name</c>. No default.</summary>
    public string Identity { get; init; } = "";

    /// <summary>What it may call. Default Media.</summary>
    public BackendRole Role { get; init; } = BackendRole.Media;

    /// <summary>
    /// Look-ups that find nothing, a minute. Default 600. Above it the backend is cut off and the operator is told: raise it for a backend that
    /// looks up every pseudonym it meets, most of which are nobody's.
    /// </summary>
    public int LookUpMissesPerMinuteMax { get; init; } = 600;

    public void Validate(string section, Findings findings)
    {
        findings.Require(
            GatewayUri.TryParse(Identity, out _),
            $"{section}:Identity",
            Identity.Length == 0 ? "it is missing" : $"{Identity} is not the URI of a backend",
            "write it as xvide://provider/name, as in the backend's certificate");
        findings.Require(
            LookUpMissesPerMinuteMax is >= 1 and <= 1_000_000,
            $"{section}:LookUpMissesPerMinuteMax",
            $"{LookUpMissesPerMinuteMax} is not in 1..1000000",
            "use the number of look-ups in a minute that may find nothing");
    }
}
