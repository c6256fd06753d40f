using Gateway.Sealing.Certificates;

namespace Gateway.Server.Configuration;

/// <summary>One gateway of another provider.</summary>
internal sealed class PeerSettings
{
    /// <summary>URI of the peer's gateway, as in its certificates. No default.</summary>
    public string Gateway { get; init; } = "";

    /// <summary>Where it listens for peers, <c>https://host:port</c>. The host must be a DNS name of its certificate. No default.</summary>
    public string Address { get; init; } = "";

    /// <summary>
    /// Folder with what the peer gave us on a trusted way: <c>root.crt</c>, <c>signing.crt</c> and <c>decryption.crt</c>, no keys. No default.
    /// </summary>
    public string CertificatesFolder { get; set; } = "";

    public GatewayUri Uri => GatewayUri.Parse(Gateway);

    public void Validate(string section, Findings findings)
    {
        findings.Require(
            GatewayUri.TryParse(Gateway, out _),
            $"{section}:Gateway",
            Gateway.Length == 0 ? "it is missing" : $"{Gateway} is not the URI of a gateway",
            "write it as xvide://provider/gateway, as in the peer's certificates");
        findings.Require(
            System.Uri.TryCreate(Address, UriKind.Absolute, out var address) && address.Scheme == System.Uri.UriSchemeHttps && address.PathAndQuery == "/",
            $"{section}:Address",
            Address.Length == 0 ? "it is missing" : $"{Address} is not an https address",
            "write it as https://host:7443");
        foreach (var file in (string[])["root.crt", "signing.crt", "decryption.crt"])
        {
            findings.RequireFile(Path.Combine(CertificatesFolder, file), $"{section}:CertificatesFolder");
        }
    }
}
