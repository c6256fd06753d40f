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

    public void Validate(string section, Findings findings) =>
        findings.Require(
            GatewayUri.TryParse(Identity, out _),
            $"{section}:Identity",
            Identity.Length == 0 ? "it is missing" : $"{Identity} is not the URI of a backend",
            "write it as xvide://provider/name, as in the backend's certificate");
}
