using Gateway.Deidentification.Redaction;

namespace Gateway.Server.Configuration;

/// <summary>How media is de-identified.</summary>
internal sealed class DeidentificationSettings
{
    /// <summary>Name of the policy, written into every record. Default <c>default</c>.</summary>
    public string PolicyId { get; init; } = "default";

    /// <summary>Version of the policy, from 1; raise it with every change. Default 1.</summary>
    public int PolicyVersion { get; init; } = 1;

    /// <summary>Technique where the caller asks for none. Default OutsideFill.</summary>
    public RedactionTechnique Technique { get; init; } = RedactionTechnique.OutsideFill;

    /// <summary>Lets callers ask for blur, which published attacks reverse. Default false.</summary>
    public bool AllowWeakTechniques { get; init; }

    /// <summary>ONNX file of a detector to use instead of the embedded one. Default: the embedded one.</summary>
    public string ModelFile { get; set; } = "";

    /// <summary>Manifest of <see cref="ModelFile"/>: digest, size range, thresholds, licence. Needed with it.</summary>
    public string ModelManifest { get; set; } = "";

    /// <summary>
    /// Models that look for other classes than faces, asked about every frame after the detector of faces. Default none: each costs as much
    /// work again.
    /// </summary>
    public IReadOnlyList<RegionModelSettings> RegionModels { get; init; } = [];

    /// <summary>
    /// Evaluation or Commercial. Default Evaluation. A commercial node refuses models whose weights or training data nobody cleared for it; the
    /// embedded one is among them.
    /// </summary>
    public Deployment Deployment { get; init; } = Deployment.Evaluation;

    /// <summary>File of waivers for models that a commercial node would refuse: digest, who approved, why, until when. Default none.</summary>
    public string LicenceWaiver { get; set; } = "";

    /// <summary>
    /// File that says for every class of identifier what is done about it, or why nothing. Default none: everything that a model looks for is
    /// masked. It is read anew for every image and stream; while it cannot be read, the strictest policy is in force.
    /// </summary>
    public string PolicyFile { get; set; } = "";

    /// <summary>Streams at a time. Default 8: each holds up to 45 frames while it looks ahead.</summary>
    public int StreamsMax { get; init; } = 8;

    /// <summary>Still images at a time, in work or waiting for it. Default 32: each holds a file of up to 32 MiB in memory.</summary>
    public int ImagesMax { get; init; } = 32;

    /// <summary>How long one frame may take from arrival to its detection. Default 10 s; later it is masked whole.</summary>
    public TimeSpan FrameDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Decodes pictures in processes of their own, so that a hostile one costs itself and not the node. Default true; false saves their memory where every
    /// caller is trusted.
    /// </summary>
    public bool IsolateDecoders { get; init; } = true;

    /// <summary>How long such a process may take for one picture before it is ended and the picture refused. Default 30 s.</summary>
    public TimeSpan DecodeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Time between signed roots over the records of a stream. Default 10 s. Shorter leaves less unproved when a stream is cut off, and costs a
    /// signature each.
    /// </summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(10);

    public void Validate(Findings findings)
    {
        findings.Require(
            PolicyId.Length is >= 1 and <= 64,
            "Deidentification:PolicyId",
            $"its length {PolicyId.Length} is not in 1..64",
            "choose a short name");
        findings.Require(PolicyVersion >= 1, "Deidentification:PolicyVersion", $"{PolicyVersion} is below 1", "count from 1");
        findings.Require(
            Technique != RedactionTechnique.Blur || AllowWeakTechniques,
            "Deidentification:Technique",
            "Blur is reversible by published attacks",
            "choose OutsideFill, Solid or Mosaic, or set AllowWeakTechniques");
        findings.Require(
            ModelFile.Length == 0 == (ModelManifest.Length == 0),
            "Deidentification:ModelManifest",
            "a model file and its manifest come together",
            "name both, or none to use the embedded detector");
        if (ModelFile.Length > 0)
        {
            findings.RequireFile(ModelFile, "Deidentification:ModelFile");
            findings.RequireFile(ModelManifest, "Deidentification:ModelManifest");
        }

        for (var i = 0; i < RegionModels.Count; i++)
        {
            RegionModels[i].Validate($"Deidentification:RegionModels[{i}]", findings);
        }

        findings.Require(
            Technique != RedactionTechnique.Silhouette || RegionModels.Count > 0,
            "Deidentification:Technique",
            "Silhouette needs a model that finds persons",
            "name one under RegionModels, or choose OutsideFill, Solid or Mosaic");
        findings.Require(
            LicenceWaiver.Length == 0 || Deployment == Deployment.Commercial,
            "Deidentification:LicenceWaiver",
            "waivers mean nothing to an evaluation",
            "set Deployment to Commercial, or remove the setting");
        if (LicenceWaiver.Length > 0)
        {
            findings.RequireFile(LicenceWaiver, "Deidentification:LicenceWaiver");
        }

        // What a start would find out anyway, without loading a model.
        ModelChecks.Check(this, findings);
        if (PolicyFile.Length > 0)
        {
            Gateway.Deidentification.Policies.PolicyFile.Read(PolicyFile, null, out var policyFindings);
            foreach (var finding in policyFindings)
            {
                findings.Add("Deidentification:PolicyFile", finding, "put the policy right; until then the strictest policy is in force");
            }
        }

        findings.Require(StreamsMax is >= 1 and <= 1_000, "Deidentification:StreamsMax", $"{StreamsMax} is not in 1..1000", "one stream of 720p needs about 100 MiB");
        findings.Require(ImagesMax is >= 1 and <= 1_000, "Deidentification:ImagesMax", $"{ImagesMax} is not in 1..1000", "one image needs its file and 4 bytes a pixel");
        findings.Require(
            FrameDeadline > TimeSpan.Zero && FrameDeadline <= TimeSpan.FromMinutes(5),
            "Deidentification:FrameDeadline",
            $"{FrameDeadline} is not between 0 and 5 minutes",
            "write it as 00:00:10");
        findings.Require(
            DecodeTimeout > TimeSpan.Zero && DecodeTimeout <= TimeSpan.FromMinutes(5),
            "Deidentification:DecodeTimeout",
            $"{DecodeTimeout} is not between 0 and 5 minutes",
            "write it as 00:00:30");
        findings.Require(
            CheckpointInterval >= TimeSpan.FromSeconds(1) && CheckpointInterval <= TimeSpan.FromMinutes(1),
            "Deidentification:CheckpointInterval",
            $"{CheckpointInterval} is not between 1 second and 1 minute",
            "write it as 00:00:10");
    }
}
