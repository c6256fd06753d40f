using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Isolation;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Sealing.Keys;
using Gateway.Server.Commands;
using Gateway.Server.Configuration;

namespace Gateway.Server.Hosting;

/// <summary>
/// The de-identification half of a node: one trusted model, one lane of workers, a canary that proves every ten seconds that the detector is
/// alive. Without a trusted model there is an engine that refuses, never one that passes.
/// </summary>
internal sealed class MediaEngine : IDisposable
{
    private static readonly TimeSpan CanaryInterval = TimeSpan.FromSeconds(10);

    private readonly OnnxDetector _detector;
    private readonly DrawnFrame _canary;
    private readonly WatchedDetector _watched;
    private readonly DecodeWorkers? _decoders;

    private MediaEngine(OnnxDetector detector, DeidentificationSettings settings, string provider, SourceDigest digest, TimeProvider time, ILogger log)
    {
        _detector = detector;
        _canary = DrawnScene.Standard().Frame();
        _watched = new WatchedDetector(detector, _canary, log);
        Settings = settings;
        var records = new RecordContext(provider, new PolicyReference(settings.PolicyId, settings.PolicyVersion), digest);
        _decoders = settings.IsolateDecoders ? new DecodeWorkers(DecodeWorkerCommand.Options(settings.DecodeTimeout), log) : null;
        var codec = _decoders is null ? new SkiaStillCodec() : new SkiaStillCodec(_decoders);
        Parts = new PipelineParts(_watched, codec, records, new DetectionLane(Environment.ProcessorCount), time, log);
        Stills = new StillDeidentifier(Parts, new MediaLimits());
    }

    public DeidentificationSettings Settings { get; }

    public PipelineParts Parts { get; }

    public StillDeidentifier Stills { get; }

    /// <summary>The processes that decode; none where decoders are not isolated.</summary>
    public DecodeWorkers? Decoders => _decoders;

    public bool IsReady => _watched.IsReady;

    /// <summary>Loads the model and shows it the canary once.</summary>
    /// <returns>The engine, or what keeps it from working.</returns>
    public static async Task<(MediaEngine? Engine, IReadOnlyList<Finding> Findings)> StartAsync(
        DeidentificationSettings settings, string provider, SourceDigest digest, TimeProvider time, ILogger log, CancellationToken cancellationToken)
    {
        var options = settings.ModelFile.Length == 0 ? new ModelOptions() : new ModelOptions { ModelPath = settings.ModelFile, ManifestPath = settings.ModelManifest };
        var loading = ModelFile.Load(options, time);
        if (loading.Model is null)
        {
            return (null, [.. loading.Findings.Select(finding => new Finding("Deidentification:ModelFile", $"{loading.Outcome}: {finding}", "restore the file, or name a model with its own manifest"))]);
        }

        var (outcome, detector) = OnnxDetector.Open(loading.Model, new DetectorOptions());
        if (detector is null)
        {
            return (null, [new Finding("Deidentification:ModelFile", $"the runtime cannot use the model: {outcome}", "name another model, or remove the setting")]);
        }

        var engine = new MediaEngine(detector, settings, provider, digest, time, log);
        return await engine._watched.CheckAsync(engine.Parts.Lane, cancellationToken)
            ? (engine, [])
            : (engine, [new Finding("Deidentification", "the detector does not find the known faces of the canary picture", "use the model named in the manifest; media is refused until it does")]);
    }

    /// <summary>A digest of sources under a key of the node.</summary>
    public static SourceDigest DigestWith(KeyedDigest key) => (source, digest) => key.Compute(source).CopyTo(digest);

    /// <summary>Repeats the canary until cancelled.</summary>
    public Task WatchAsync(CancellationToken cancellationToken) => _watched.WatchAsync(Parts.Lane, CanaryInterval, Parts.Time, cancellationToken);

    public void Dispose()
    {
        _decoders?.Dispose();
        _detector.Dispose();
        _canary.Image.Dispose();
    }
}
