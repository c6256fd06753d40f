using System.CommandLine;
using System.Security.Cryptography;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Redaction;
using Gateway.Sealing.Keys;
using Gateway.Server.Configuration;
using Gateway.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Server.Commands;

/// <summary><c>gateway deidentify</c>: stills and folders of stills, without a node.</summary>
internal static class DeidentifyCommand
{
    public static Command Create()
    {
        var input = new Argument<string>("INPUT") { Description = "Image (JPEG, PNG, WebP) or folder of images." };
        var output = new Argument<string>("OUTPUT") { Description = "File or folder to write; existing files are kept unless --overwrite is given." };
        var technique = new Option<RedactionTechnique>("--technique") { Description = "How masked pixels are made.", DefaultValueFactory = _ => RedactionTechnique.OutsideFill };
        var allowWeak = new Option<bool>("--allow-weak") { Description = "Permit blur, which published attacks reverse; the record says so." };
        var keys = new Option<DirectoryInfo?>("--keys") { Description = "Folder with our keys: every record is signed. Without it records are written unsigned." };
        var model = CommonOptions.Model();
        var manifest = CommonOptions.Manifest();
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace existing output files." };
        var command = new Command("deidentify", "De-identify an image or a folder of images. Metadata is dropped, orientation baked in, each output gets a record.")
        {
            input, output, technique, allowWeak, keys, model, manifest, overwrite,
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
            var job = new DeidentifyJob(parsed.GetRequiredValue(input), parsed.GetRequiredValue(output), parsed.GetValue(keys)?.FullName, parsed.GetValue(overwrite));
            return RunAsync(job, settings, parsed.InvocationConfiguration, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(DeidentifyJob job, DeidentificationSettings settings, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        var findings = new Findings();
        settings.Validate(findings);
        findings.Require(File.Exists(job.Input) || Directory.Exists(job.Input), "INPUT", $"there is no file or folder {job.Input}", "name an image or a folder of images");
        if (findings.Any)
        {
            FindingsReport.Write(findings.All, console.Error);
            return ExitCode.Unusable;
        }

        try
        {
            using var signing = job.Keys is null ? null : SigningKey.Load(Path.Combine(job.Keys, "signing.crt"), Path.Combine(job.Keys, "signing.key"));

            // Without a node there is no key to keep: sources are digested under one that ends with the run.
            using var digest = new KeyedDigest(RandomNumberGenerator.GetBytes(KeyedDigest.DigestBytes), "source");
            var (engine, engineFindings) = await MediaEngine.StartAsync(
                settings, signing?.Owner.Provider ?? "unsigned", MediaEngine.DigestWith(digest), TimeProvider.System, NullLogger.Instance, cancellationToken);
            using (engine)
            {
                if (engine is not { IsReady: true })
                {
                    FindingsReport.Write(engineFindings, console.Error);
                    return ExitCode.Unusable;
                }

                return await new StillRun(engine, signing, new RedactionChoice(settings.Technique, settings.AllowWeakTechniques), console).RunAsync(job, cancellationToken);
            }
        }
        catch (InvalidDataException refused)
        {
            console.Error.WriteLine(refused.Message);
            return ExitCode.Unusable;
        }
    }
}

/// <summary>What to de-identify.</summary>
internal sealed record DeidentifyJob(string Input, string Output, string? Keys, bool Overwrite);
