namespace Gateway.Server.Configuration;

/// <summary>Makes paths of a configuration absolute, from the folder of its file.</summary>
internal static class RelativePaths
{
    /// <param name="configuration">Its paths are replaced; one that no file can have becomes empty.</param>
    /// <param name="folder">Folder of its file.</param>
    /// <param name="findings">Where such a path is named.</param>
    public static void Resolve(GatewayConfiguration configuration, string folder, Findings findings)
    {
        string From(string setting, string path)
        {
            if (path.Contains('\0'))
            {
                findings.Add(setting, "it has a NUL character, which no path has", "write the path without \\u0000");
                return string.Empty;
            }

            return path.Length == 0 ? path : Path.GetFullPath(path, folder);
        }

        var (node, media) = (configuration.Node, configuration.Deidentification);
        node.KeysFolder = From("Node:KeysFolder", node.KeysFolder);
        node.DataFolder = From("Node:DataFolder", node.DataFolder);
        node.AgreementsFolder = From("Node:AgreementsFolder", node.AgreementsFolder);
        configuration.Listeners.AdminSocket = From("Listeners:AdminSocket", configuration.Listeners.AdminSocket);
        media.ModelFile = From("Deidentification:ModelFile", media.ModelFile);
        media.ModelManifest = From("Deidentification:ModelManifest", media.ModelManifest);
        media.LicenceWaiver = From("Deidentification:LicenceWaiver", media.LicenceWaiver);
        media.PolicyFile = From("Deidentification:PolicyFile", media.PolicyFile);
        foreach (var (index, model) in media.RegionModels.Index())
        {
            model.ModelFile = From($"Deidentification:RegionModels[{index}]:ModelFile", model.ModelFile);
            model.ModelManifest = From($"Deidentification:RegionModels[{index}]:ModelManifest", model.ModelManifest);
        }

        foreach (var (index, peer) in configuration.Peers.Index())
        {
            peer.CertificatesFolder = From($"Peers[{index}]:CertificatesFolder", peer.CertificatesFolder);
        }
    }
}
