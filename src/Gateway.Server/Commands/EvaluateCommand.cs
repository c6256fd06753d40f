using System.CommandLine;
using System.Security.Cryptography;
using Gateway.Deidentification.Evaluation;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Redaction;
using Gateway.Sealing.Keys;
using Gateway.Server.Configuration;
using Gateway.Server.Evaluation;
using Gateway.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Server.Commands;

/// <summary><c>gateway evaluate</c>: what is left of faces that are known, with intervals, by the paths that production takes.</summary>
internal static class EvaluateCommand
{
    private static readonly string[] Profiles = [nameof(StreamProfile.Live), nameof(StreamProfile.Assured), nameof(StreamProfile.Archive)];

    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo?>("FOLDER") { Description = "Folder of pictures (JPEG, PNG, WebP). With --sequence each folder in it is a sequence.", Arity = ArgumentArity.ZeroOrOne };
        var labels = new Option<FileInfo?>("--labels") { Description = $"Label file (CSV): the line {LabelFile.Header}, then one line a face; a picture without faces is named alone." };
        var drawn = new Option<bool>("--drawn") { Description = "Evaluate on pictures drawn by this program, with exact labels, instead of a folder." };
        var sequence = new Option<bool>("--sequence") { Description = "The pictures are the frames of a stream, in the order of their names." };
        var profile = new Option<string>("--profile") { Description = "Stream profile, with --sequence.", DefaultValueFactory = _ => nameof(StreamProfile.Assured) };
        profile.AcceptOnlyFromAmong(Profiles);
        var technique = new Option<RedactionTechnique>("--technique") { Description = "How masked pixels are made.", DefaultValueFactory = _ => RedactionTechnique.OutsideFill };
        var allowWeak = new Option<bool>("--allow-weak") { Description = "Permit blur, which published attacks reverse." };
        var model = CommonOptions.Model();
        var manifest = CommonOptions.Manifest();
        var report = new Option<FileInfo?>("--report") { Description = "HTML report to write, one file without scripts; it shows masked pictures only." };
        var recogniser = new Option<FileInfo?>("--recogniser") { Description = "ONNX face recogniser that tries itself on the outputs, against the clear faces; its embeddings are kept nowhere." };
        var recogniserManifest = new Option<FileInfo?>("--recogniser-manifest") { Description = "Manifest of --recogniser." };
        var command = new Command("evaluate", "Measure what is left of labelled faces after de-identification: recall, frame recall, track exposure and time to first mask, by face size, with 95 % intervals.")
        {
            folder, labels, drawn, sequence, profile, technique, allowWeak, model, manifest, report, recogniser, recogniserManifest,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var settings = new DeidentificationSettings
            {
                Technique = parsed.GetValue(technique),
                AllowWeakTechniques = parsed.GetValue(allowWeak),
                ModelFile = parsed.GetValue(model)?.FullName ?? "",
                ModelManifest = parsed.GetValue(manifest)?.FullName ?? "",
            };
            var findings = new Findings();
            settings.Validate(findings);
            var isDrawn = parsed.GetValue(drawn);
            findings.Require(
                isDrawn ? parsed.GetValue(folder) is null && parsed.GetValue(labels) is null : parsed.GetValue(folder) is { Exists: true } && parsed.GetValue(labels) is { Exists: true },
                "FOLDER and --labels",
                isDrawn ? "drawn pictures have labels of their own" : "the folder or the label file is missing",
                isDrawn ? "give --drawn alone" : "name a folder of pictures and --labels FILE, or give --drawn");
            var (attacker, attackerManifest) = (parsed.GetValue(recogniser)?.FullName, parsed.GetValue(recogniserManifest)?.FullName);
            findings.Require(attacker is null == attackerManifest is null, "--recogniser-manifest", "a recogniser and its manifest come together", "name both, or none");
            var job = new EvaluationJob(
                isDrawn ? "" : parsed.GetValue(folder)?.FullName ?? "",
                parsed.GetValue(labels)?.FullName ?? "",
                parsed.GetValue(sequence),
                parsed.GetValue(profile)!,
                new RedactionChoice(settings.Technique, settings.AllowWeakTechniques),
                parsed.GetValue(report)?.FullName);
            var loaded = attacker is null || attackerManifest is null ? default : RecogniserManifest.Load(attacker, attackerManifest);
            foreach (var found in loaded.Findings ?? [])
            {
                findings.Add("--recogniser", found, "see MODEL_CARD.md, Evaluation");
            }

            return RunAsync(job, settings, (loaded.Manifest, loaded.Model), findings, parsed.InvocationConfiguration, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        EvaluationJob job, DeidentificationSettings settings, (RecogniserManifest? Manifest, byte[] Model) recogniser, Findings findings, InvocationConfiguration console,
        CancellationToken cancellationToken)
    {
        // 1 Everything that is wrong with what was asked, before minutes of work.
        var labels = job.IsDrawn || findings.Any ? null : LabelFile.Read(job.LabelPath, job.Folder);
        foreach (var found in labels?.Findings ?? [])
        {
            findings.Add(found.Line == 0 ? "--labels" : $"--labels, line {found.Line}", found.Problem, found.Remedy);
        }

        if (findings.Any)
        {
            FindingsReport.Write(findings.All, console.Error);
            if (labels?.FindingsCount > labels?.Findings.Count)
            {
                console.Error.WriteLine($"and {labels.FindingsCount - labels.Findings.Count} more in the label file");
            }

            return ExitCode.Unusable;
        }

        // 2 The same engine as a node's, canary included.
        using var digest = new KeyedDigest(RandomNumberGenerator.GetBytes(KeyedDigest.DigestBytes), "source");
        var (engine, engineFindings) = await MediaEngine.StartAsync(
            settings, "evaluation", MediaEngine.DigestWith(digest), TimeProvider.System, NullLogger.Instance, cancellationToken);
        using (engine)
        {
            if (engine is not { IsReady: true })
            {
                FindingsReport.Write(engineFindings, console.Error);
                return ExitCode.Unusable;
            }

            return await MeasureAsync(job, engine, labels, recogniser, console, cancellationToken);
        }
    }

    private static async Task<int> MeasureAsync(
        EvaluationJob job, MediaEngine engine, LabelFile? labels, (RecogniserManifest? Manifest, byte[] Model) recogniser, InvocationConfiguration console,
        CancellationToken cancellationToken)
    {
        try
        {
            // 3 Figures.
            using var opened = recogniser.Manifest is null ? null : new Recogniser(recogniser.Manifest, recogniser.Model);
            using var attack = opened is null ? null : new ReidentificationAttack(opened, isStills: !job.IsSequence);
            var summary = await new EvaluationRun(job, engine, attack, console).RunAsync(labels, cancellationToken);
            EvaluationText.Write(summary, console.Output);
            if (job.ReportPath is { } path)
            {
                await File.WriteAllTextAsync(path, HtmlReport.Write(summary), cancellationToken);
                console.Output.WriteLine($"report: {path}");
            }

            foreach (var refused in summary.Refused)
            {
                console.Error.WriteLine($"refused, and in no figure: {refused}");
            }

            return summary.Refused.Count == 0 ? ExitCode.Done : ExitCode.NotHolding;
        }
        catch (Exception unusable) when (unusable is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            console.Error.WriteLine(unusable.Message);
            return ExitCode.Unusable;
        }
    }
}
