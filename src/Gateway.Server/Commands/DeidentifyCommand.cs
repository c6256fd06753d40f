using System.CommandLine;
using System.Security.Cryptography;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Video;
using Gateway.Sealing.Keys;
using Gateway.Server.Configuration;
using Gateway.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Server.Commands;

/// <summary><c>gateway deidentify</c>: stills, video files and folders of them, without a node.</summary>
internal static class DeidentifyCommand
{
    public static Command Create()
    {
        var input = new Argument<string>("INPUT") { Description = "Image (JPEG, PNG, WebP), video file, or folder of both. Video needs ffmpeg." };
        var output = new Argument<string>("OUTPUT") { Description = "File or folder to write; existing files are kept unless --overwrite is given." };
        var technique = new Option<RedactionTechnique>("--technique") { Description = "How masked pixels are made.", DefaultValueFactory = _ => RedactionTechnique.OutsideFill };
        var allowWeak = new Option<bool>("--allow-weak") { Description = "Permit blur, which published attacks reverse; the record says so." };
        var keys = new Option<DirectoryInfo?>("--keys") { Description = "Folder with our keys: every record is signed. Without it records are written unsigned." };
        var profile = new Option<FileProfile>("--profile") { Description = "Video: how far ahead is looked and how long a face is held. Archive looks furthest and takes most memory. Live looks 5 frames ahead instead of 15 and shows one masked frame in 15 to the detector again instead of every one: a face that is missed longer or at a look between stays open. It is for streams that cannot wait, and a file can. Throughput looks at every third frame only, and shows more faces.", DefaultValueFactory = _ => FileProfile.Assured };
        var audio = new Option<AudioHandling>("--audio") { Description = "Video: drop the sound, keep it (voices identify people), or put a tone in its place.", DefaultValueFactory = _ => AudioHandling.Drop };
        var encoder = new Option<string?>("--encoder") { Description = "Video: encoder of ffmpeg, e.g. h264_nvenc, h264_qsv, h264_vaapi for one in hardware. Default: the best in software." };
        var model = CommonOptions.Model();
        var manifest = CommonOptions.Manifest();
        var regionModel = new Option<FileInfo[]>("--region-model") { Description = "ONNX model of another class than faces, such as licence plates or text, which are not looked for otherwise; may be repeated.", DefaultValueFactory = _ => [] };
        var regionManifest = new Option<FileInfo[]>("--region-manifest") { Description = "Manifest of each --region-model, in the same order.", DefaultValueFactory = _ => [] };
        var originals = new OriginalOptions(areRequired: false);
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace existing output files." };
        var neutralNames = new Option<bool>("--neutral-names") { Description = "Number the outputs (image-0001.jpg, video-0001.mp4) in the order of the sources' paths: names of files and folders can identify people. Never replaces a file." };
        var command = new Command("deidentify", "De-identify an image, a video file or a folder. Faces are masked; other classes, such as licence plates and text, only with a --region-model. Metadata is dropped, orientation baked in, each output gets a record.")
        {
            input, output, technique, allowWeak, profile, audio, encoder, keys, model, manifest, regionModel, regionManifest, overwrite, neutralNames,
        };
        originals.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var settings = new DeidentificationSettings
            {
                Technique = parsed.GetValue(technique),
                AllowWeakTechniques = parsed.GetValue(allowWeak),
                ModelFile = parsed.GetValue(model)?.FullName ?? "",
                ModelManifest = parsed.GetValue(manifest)?.FullName ?? "",
                RegionModels = [.. parsed.GetRequiredValue(regionModel).Zip(parsed.GetRequiredValue(regionManifest), (file, its) => new RegionModelSettings { ModelFile = file.FullName, ModelManifest = its.FullName })],
            };
            var isPaired = parsed.GetRequiredValue(regionModel).Length == parsed.GetRequiredValue(regionManifest).Length;
            var refused = (isPaired, parsed.GetValue(neutralNames) && parsed.GetValue(overwrite)) switch
            {
                (false, _) => "refused: every --region-model needs its --region-manifest, in the same order",
                (_, true) => "refused: numbers move when a source comes or goes, so --neutral-names replaces nothing; leave out --overwrite, or name a new folder",
                _ => FindRefusal(parsed, originals, keys, technique),
            };
            if (refused is { } refusal)
            {
                parsed.InvocationConfiguration.Error.WriteLine(refusal);
                return Task.FromResult(ExitCode.NotHolding);
            }

            var job = new DeidentifyJob(parsed.GetRequiredValue(input), parsed.GetRequiredValue(output), parsed.GetValue(keys)?.FullName, parsed.GetValue(overwrite))
            {
                NeutralNames = parsed.GetValue(neutralNames),
                Video = new VideoJob("", "")
                {
                    Profile = ToProfile(parsed.GetValue(profile)),
                    Audio = parsed.GetValue(audio),
                    Encoder = parsed.GetValue(encoder),
                },
                Terms = parsed.GetValue(originals.Reversible) ? signer => originals.Read(parsed, signer, TimeProvider.System.GetUtcNow()) : null,
            };
            return RunAsync(job, settings, parsed.InvocationConfiguration, cancellationToken);
        });
        return command;
    }

    // The reversible mode is asked for as a whole or not at all.
    private static string? FindRefusal(ParseResult parsed, OriginalOptions originals, Option<DirectoryInfo?> keys, Option<RedactionTechnique> technique)
    {
        var isAsked = parsed.GetRequiredValue(originals.Recipients).Length > 0;
        return (isAsked, parsed.GetValue(originals.Reversible)) switch
        {
            (true, false) => OriginalOptions.Refusal,
            (false, true) => "refused: --reversible seals the original of every region for somebody; name a --recipient, its --anchors and a --purpose",
            (true, true) when parsed.GetValue(keys) is null => "refused: sealed originals and their record are signed; name our keys with --keys",
            (true, true) when new RedactionChoice(parsed.GetValue(technique), AllowWeak: false).Strength != StrengthClass.Irreversible =>
                "refused: originals are sealed beside outputs that give nothing away by themselves; use OutsideFill, Solid or Silhouette",
            _ => null,
        };
    }

    private static async Task<int> RunAsync(DeidentifyJob job, DeidentificationSettings settings, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        var findings = new Findings();
        settings.Validate(findings);
        findings.Require(File.Exists(job.Input) || Directory.Exists(job.Input), "INPUT", $"there is no file or folder {job.Input}", "name an image, a video file or a folder");
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

                return await RunAsync(job, engine, signing, console, cancellationToken);
            }
        }
        catch (Exception refused) when (refused is InvalidDataException or ArgumentException { ParamName: "context" })
        {
            console.Error.WriteLine(refused.Message);
            return ExitCode.Unusable;
        }
        catch (Exception fault) when (FileFault.Is(fault))
        {
            // Of the keys or of the folder as a whole; what befalls one file was said with it.
            console.Error.WriteLine($"refused: {FileFault.Say(fault)}");
            return ExitCode.Unusable;
        }
    }

    private static async Task<int> RunAsync(DeidentifyJob job, MediaEngine engine, SigningKey? signing, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        var files = MediaFiles.Find(job.Input, job.Output, job.NeutralNames);
        if (files.Stills.Count + files.Videos.Count == 0)
        {
            console.Error.WriteLine($"there is no JPEG, PNG, WebP or video in {job.Input}");
            return ExitCode.Unusable;
        }

        if (Directory.Exists(job.Input) && !job.NeutralNames)
        {
            console.Error.WriteLine("warning: outputs keep the names of their sources, and a name can identify a person; --neutral-names numbers them");
        }

        var sealing = job.Terms is null ? null : new RegionSealing(engine.Parts.Codec, signing!, job.Terms(signing!));
        if (sealing is not null && files.Videos.Count > 0)
        {
            console.Error.WriteLine("refused: originals of regions are sealed for images only; de-identify the videos by themselves");
            return ExitCode.Unusable;
        }

        var redaction = new RedactionChoice(engine.Settings.Technique, engine.Settings.AllowWeakTechniques);
        var stills = files.Stills.Count == 0 ? ExitCode.Done : await new StillRun(engine, signing, sealing, redaction, console).RunAsync(files.Stills, job, cancellationToken);
        var videos = files.Videos.Count == 0 ? ExitCode.Done : await new VideoBatch(engine, signing, redaction, console).RunAsync(files.Videos, job, cancellationToken);
        if (files.LeftOut > 0)
        {
            console.Output.WriteLine($"{files.LeftOut} other files were left out");
        }

        return Math.Max(stills, videos);
    }

    private static StreamProfile ToProfile(FileProfile profile) => profile switch
    {
        FileProfile.Live => StreamProfile.Live,
        FileProfile.Archive => StreamProfile.Archive,
        FileProfile.Throughput => ThroughputProfile.Default,
        _ => StreamProfile.Assured,
    };
}

/// <summary>What to de-identify.</summary>
internal sealed record DeidentifyJob(string Input, string Output, string? Keys, bool Overwrite)
{
    /// <summary>How videos are treated; source and target are filled in file by file.</summary>
    public required VideoJob Video { get; init; }

    /// <summary>True where outputs are numbered: the names of sources can identify people.</summary>
    public bool NeutralNames { get; init; }

    /// <summary>For whom originals of regions are sealed; null for the mode that cannot be undone.</summary>
    public Func<SigningKey, OriginalTerms>? Terms { get; init; }
}

/// <summary>Profiles for files.</summary>
internal enum FileProfile
{
    Assured,
    Archive,
    Live,
    Throughput,
}
