namespace Gateway.Server.Configuration;

/// <summary>Makes paths of a configuration absolute, from the folder of its file.</summary>
internal static class RelativePaths
{
    public static void Resolve(GatewayConfiguration configuration, string folder)
    {
        string From(string path) => path.Length == 0 ? path : Path.GetFullPath(path, folder);

        configuration.Node.KeysFolder = From(configuration.Node.KeysFolder);
        configuration.Node.DataFolder = From(configuration.Node.DataFolder);
        configuration.Node.AgreementsFolder = From(configuration.Node.AgreementsFolder);
        configuration.Listeners.AdminSocket = From(configuration.Listeners.AdminSocket);
        configuration.Deidentification.ModelFile = From(configuration.Deidentification.ModelFile);
        configuration.Deidentification.ModelManifest = From(configuration.Deidentification.ModelManifest);
        configuration.Deidentification.LicenceWaiver = From(configuration.Deidentification.LicenceWaiver);
        configuration.Deidentification.PolicyFile = From(configuration.Deidentification.PolicyFile);
        foreach (var model in configuration.Deidentification.RegionModels)
        {
            model.ModelFile = From(model.ModelFile);
            model.ModelManifest = From(model.ModelManifest);
        }

        foreach (var peer in configuration.Peers)
        {
            peer.CertificatesFolder = From(peer.CertificatesFolder);
        }
    }
}
