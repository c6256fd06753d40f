using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Pipeline;
using Gateway.Server.Configuration;

namespace Gateway.Server.Hosting;

/// <summary>Loads the detector of faces and those of other classes, and their canaries; one that cannot be used leaves none.</summary>
internal static class DetectorLoading
{
    /// <summary>The detectors, and a canary for each model whose manifest has one.</summary>
    internal sealed record Loaded(DetectorSet Detector, IReadOnlyList<Canary> Canaries);

    public static Loaded? Load(DeidentificationSettings settings, TimeProvider time, Findings findings)
    {
        var canaries = new List<Canary>();
        var faces = Open(ModelChecks.OptionsOf(settings), "Deidentification:ModelFile", time, findings, canaries);
        var others = settings.RegionModels
            .Select((model, index) => Open(ModelChecks.OptionsOf(settings, model), $"Deidentification:RegionModels[{index}]", time, findings, canaries))
            .OfType<OnnxDetector>()
            .ToList();
        findings.Require(
            faces is null || faces.Class == RegionClass.Face,
            "Deidentification:ModelFile",
            $"it finds {faces?.Class}, not faces",
            "name a model whose manifest says face-detection, and this one under RegionModels");
        foreach (var twice in others.Select(other => other.Class).Append(RegionClass.Face).GroupBy(found => found).Where(group => group.Count() > 1))
        {
            findings.Add("Deidentification:RegionModels", $"{twice.Count()} models find {twice.Key}", "keep one model for each class");
        }

        if (faces is not null && !findings.Any)
        {
            return new Loaded(new DetectorSet(faces, others), canaries);
        }

        faces?.Dispose();
        others.ForEach(other => other.Dispose());
        canaries.ForEach(canary => canary.Dispose());
        return null;
    }

    private static OnnxDetector? Open(ModelOptions options, string setting, TimeProvider time, Findings findings, List<Canary> canaries)
    {
        var loading = ModelFile.Load(options, time);
        foreach (var finding in loading.Findings)
        {
            findings.Add(setting, $"{loading.Outcome}: {finding}", ModelChecks.RemedyOf(loading.Outcome));
        }

        if (loading.Model is null)
        {
            return null;
        }

        var (outcome, detector) = OnnxDetector.Open(loading.Model, new DetectorOptions(), out var misfits);
        foreach (var misfit in misfits)
        {
            findings.Add(setting, $"the model cannot be used: {outcome}: {misfit}", "put the manifest right, name another model, or remove the setting");
        }

        if (loading.Model.Manifest.Canary is not null)
        {
            if (Canary.Of(loading.Model, new SkiaStillCodec()) is { } canary)
            {
                canaries.Add(canary);
            }
            else
            {
                findings.Add(
                    setting,
                    $"the model cannot be used: {ModelOutcome.CanaryUnusable}: its file is no picture of at most {ModelCanary.PixelsMax} pixels, or a region is not in it",
                    "name a JPEG, PNG or WebP and regions inside it");
            }
        }

        return detector;
    }
}
