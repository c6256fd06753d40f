using Gateway.Deidentification.Models;

namespace Gateway.Server.Configuration;

/// <summary>Checks what the manifests of the configured models claim: form, expiry, licence. The model files are not read.</summary>
internal static class ModelChecks
{
    public static void Check(DeidentificationSettings settings, Findings findings)
    {
        Check(OptionsOf(settings), "Deidentification:ModelManifest", findings);
        for (var i = 0; i < settings.RegionModels.Count; i++)
        {
            Check(OptionsOf(settings, settings.RegionModels[i]), $"Deidentification:RegionModels[{i}]:ModelManifest", findings);
        }
    }

    /// <summary>How the detector of faces is loaded.</summary>
    public static ModelOptions OptionsOf(DeidentificationSettings settings) => Common(settings) with
    {
        ModelPath = NullIfEmpty(settings.ModelFile),
        ManifestPath = NullIfEmpty(settings.ModelManifest),
    };

    /// <summary>How a detector of another class is loaded.</summary>
    public static ModelOptions OptionsOf(DeidentificationSettings settings, RegionModelSettings model) => Common(settings) with
    {
        ModelPath = model.ModelFile,
        ManifestPath = model.ModelManifest,
    };

    /// <summary>What an operator does about a model that is refused.</summary>
    public static string RemedyOf(ModelOutcome outcome) => outcome == ModelOutcome.CommercialUseNotCleared
        ? "plug in a cleared model, have this one cleared and say so in its manifest, or name a waiver under Deidentification:LicenceWaiver"
        : "restore the file, or name a model with its own manifest";

    private static ModelOptions Common(DeidentificationSettings settings) => new()
    {
        RequireCommercialUse = settings.Deployment == Deployment.Commercial,
        WaiverPath = NullIfEmpty(settings.LicenceWaiver),
    };

    private static void Check(ModelOptions options, string setting, Findings findings)
    {
        // Files that are not there are named already.
        if (options.ManifestPath is not null && !File.Exists(options.ManifestPath))
        {
            return;
        }

        var loading = ModelFile.CheckManifest(options, TimeProvider.System);
        foreach (var finding in loading.Findings)
        {
            findings.Add(setting, finding, RemedyOf(loading.Outcome));
        }
    }

    private static string? NullIfEmpty(string path) => path.Length == 0 ? null : path;
}
