namespace Gateway.Deidentification.Models;

/// <summary>
/// Keeps weights and training data that nobody cleared out of a commercial deployment. Free code with weights from pictures taken off the web
/// is the usual case, and the usual surprise.
/// </summary>
internal static class CommercialGate
{
    /// <summary>Everything that speaks against the model; empty where both statements are yes, or a waiver names the file.</summary>
    public static IReadOnlyList<string> Check(ModelManifest manifest, string? waiverPath, DateTimeOffset now)
    {
        var findings = new List<string>();
        Require(manifest.Licence.CommercialUse, "licence.commercialUse", "the weights", findings);
        Require(manifest.Licence.TrainingDataCommercialUse, "licence.trainingDataCommercialUse", "the training data", findings);
        if (findings.Count == 0 || waiverPath is null)
        {
            return findings;
        }

        var waivers = LicenceWaiver.Read(waiverPath, out var unusable);
        if (unusable.Count > 0)
        {
            return [.. findings, .. unusable];
        }

        if (waivers.Any(waiver => waiver.Covers(manifest, now)))
        {
            return [];
        }

        findings.Add($"the waiver file has none in force for the model with sha256 {Convert.ToHexStringLower(manifest.Sha256.Span)}");
        return findings;
    }

    private static void Require(CommercialUse use, string field, string what, List<string> findings)
    {
        if (use != CommercialUse.Yes)
        {
            findings.Add($"{field}: {what} of {(use == CommercialUse.No ? "this model must not be used commercially" : "this model were not cleared for commercial use")}");
        }
    }
}
