using Gateway.Sealing.Certificates;

namespace Gateway.Server.Configuration;

/// <summary>Who this node is and where its keys and data are.</summary>
internal sealed class NodeSettings
{
    /// <summary>URI of this gateway, <c>xvide://provider/gateway</c>, as in its certificates. No default.</summary>
    public string Gateway { get; init; } = "";

    /// <summary>Folder with the keys and certificates that <c>gateway certs init</c> makes. No default.</summary>
    public string KeysFolder { get; set; } = "";

    /// <summary>Folder of the store; made with mode 700. No default.</summary>
    public string DataFolder { get; set; } = "";

    /// <summary>Folder with the agreements (<c>*.agreement</c>). Default: none, and then nothing is exchanged.</summary>
    public string AgreementsFolder { get; set; } = "";

    public GatewayUri Uri => GatewayUri.Parse(Gateway);

    public void Validate(Findings findings)
    {
        findings.Require(
            GatewayUri.TryParse(Gateway, out _),
            "Node:Gateway",
            Gateway.Length == 0 ? "it is missing" : $"{Gateway} is not the URI of a gateway",
            "write it as xvide://provider/gateway, as in the certificates");
        findings.Require(
            Directory.Exists(KeysFolder),
            "Node:KeysFolder",
            KeysFolder.Length == 0 ? "it is missing" : $"there is no folder {KeysFolder}",
            "make keys with: gateway certs init");
        findings.Require(DataFolder.Length > 0, "Node:DataFolder", "it is missing", "name a folder for the store");
        findings.Require(
            AgreementsFolder.Length == 0 || Directory.Exists(AgreementsFolder),
            "Node:AgreementsFolder",
            $"there is no folder {AgreementsFolder}",
            "make the folder, or remove the setting to run without exchange");
    }
}
