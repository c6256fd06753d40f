using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Isolation;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Policies;
using Gateway.Deidentification.Records;
using Gateway.Sealing.Keys;
using Gateway.Server.Commands;
using Gateway.Server.Configuration;

namespace Gateway.Server.Hosting;

/// <summary>
/// The de-identification half of a node: trusted models, one lane of workers, canaries that prove every ten seconds that the detectors
/// are alive. Without trusted models there is an engine that refuses, never one that passes.
/// </summary>
internal sealed class MediaEngine : IDisposable
{
    private static readonly TimeSpan CanaryInterval = TimeSpan.FromSeconds(10);

    private readonly DetectorSet _detector;
    private readonly IReadOnlyList<Canary> _canaries;
    private readonly WatchedDetector _watched;
    private readonly PolicySource _policies;
    private readonly PipelineParts _parts;
    private readonly DecodeWorkers? _decoders;

    private MediaEngine(DetectorLoading.Loaded loaded, DeidentificationSettings settings, string provider, SourceDigest digest, TimeProvider time, ILogger log)
    {
        _detector = loaded.Detector;
        _canaries = [Canary.Of(DrawnScene.Standard().Frame()), .. loaded.Canaries];
        _watched = new WatchedDetector(_detector, _canaries, log);
        _policies = new PolicySource(settings, _watched, log);
        Settings = settings;
        var records = new RecordContext(provider, DeidentificationPolicy.Strictest.Reference, digest);
        _decoders = settings.IsolateDecoders ? new DecodeWorkers(DecodeWorkerCommand.Options(settings.DecodeTimeout), log) : null;
        var codec = _decoders is null ? new SkiaStillCodec() : new SkiaStillCodec(_decoders);
        _parts = new PipelineParts(_watched, codec, records, new DetectionLane(Environment.ProcessorCount), time, log);
    }

    public DeidentificationSettings Settings { get; }

    /// <summary>What images and streams share, under the policy of this moment: ask once for each of them.</summary>
    public PipelineParts Parts
    {
        get
        {
            var policy = _policies.Current();
            return _parts with { Detector = new PolicedDetector(_watched, policy), Records = _parts.Records with { Policy = policy.Reference } };
        }
    }

    /// <summary>Stills under the policy of this moment.</summary>
    public StillDeidentifier Stills => new(Parts, new MediaLimits());

    /// <summary>The processes that decode; none where decoders are not isolated.</summary>
    public DecodeWorkers? Decoders => _decoders;

    /// <summary>What was understood of each model, for whoever wrote its manifest.</summary>
    public IReadOnlyList<string> Understood => _detector.Understood;

    public bool IsReady => _watched.IsReady;

    /// <summary>Loads the models and shows the canary once.</summary>
    /// <returns>The engine, or what keeps it from working.</returns>
    public static async Task<(MediaEngine? Engine, IReadOnlyList<Finding> Findings)> StartAsync(
        DeidentificationSettings settings, string provider, SourceDigest digest, TimeProvider time, ILogger log, CancellationToken cancellationToken)
    {
        var findings = new Findings();
        if (DetectorLoading.Load(settings, time, findings) is not { } loaded)
        {
            return (null, findings.All);
        }

        var engine = new MediaEngine(loaded, settings, provider, digest, time, log);
        findings.Require(
            await engine._watched.CheckAsync(engine._parts.Lane, time, cancellationToken),
            "Deidentification",
            "a detector does not find the known regions of its canary picture",
            "use the model named in the manifest, and a canary that it finds; media is refused until it does");
        return (engine, [.. findings.All, .. engine._policies.Check()]);
    }

    /// <summary>A digest of sources under a key of the node.</summary>
    public static SourceDigest DigestWith(KeyedDigest key) => (source, digest) => key.Compute(source).CopyTo(digest);

    /// <summary>Repeats the canary until cancelled.</summary>
    public Task WatchAsync(CancellationToken cancellationToken) => _watched.WatchAsync(_parts.Lane, CanaryInterval, _parts.Time, cancellationToken);

    public void Dispose()
    {
        _decoders?.Dispose();
        _detector.Dispose();
        foreach (var canary in _canaries)
        {
            canary.Dispose();
        }
    }
}
