using System.Collections.Concurrent;
using Gateway.Deidentification.Detection.Decoders;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;
using Microsoft.ML.OnnxRuntime;

namespace Gateway.Deidentification.Detection;

/// <summary>The detector: one model, shown every image at several scales. One instance serves all streams of the process.</summary>
public sealed class OnnxDetector : IRegionDetector, IDisposable
{
    /// <summary>Regions one image may have; more is <see cref="DetectionOutcome.Saturated"/>.</summary>
    public const int RegionsMax = 1024;

    /// <summary>Image sizes whose plans are kept.</summary>
    private const int PlansMax = 64;

    private readonly DetectorSession _session;
    private readonly DetectorOptions _options;
    private readonly ConcurrentDictionary<(int Width, int Height), IReadOnlyList<PassGeometry>?> _plans = [];

    private OnnxDetector(DetectorSession session, DetectorOptions options)
    {
        _session = session;
        _options = options;
        var manifest = session.Manifest;
        Model = new ModelReference(manifest.Id, manifest.Version, manifest.Sha256, DetectorSession.ExecutionProvider, manifest.Assessment);
    }

    /// <inheritdoc/>
    public ModelReference Model { get; }

    /// <inheritdoc/>
    public ScoreThresholds Thresholds => _session.Manifest.Thresholds;

    /// <summary>What the model takes, gives and finds as its manifest was understood, in one line.</summary>
    public string Understood
    {
        get
        {
            var (manifest, input) = (_session.Manifest, _session.Manifest.Input);
            var sides = input.FixedSize is { } size ? $"{size.Width}x{size.Height}" : $"any multiple of {input.MultipleOf}";
            return FormattableString.Invariant(
                $"{manifest.Id} finds {Class} by {manifest.Decoder}: input {input.Name}, {sides}, {(input.IsRgb ? "RGB" : "BGR")} in 0..{input.RangeMax}{(input.Mean.Count + input.Deviation.Count > 0 ? " less mean, over std" : "")}; sizes {manifest.FaceSizePx.Min}..{manifest.FaceSizePx.Max}, regions from {SmallestPx} px on{Outlines(manifest.Segments)}{Proof}");
        }
    }

    /// <summary>Faces have a canary that is drawn; for other classes the manifest has to bring one.</summary>
    private string Proof => _session.Manifest.Canary is { } canary
        ? $"; its canary has {canary.Regions.Count}"
        : Class == RegionClass.Face ? string.Empty : "; it has no canary, so nothing proves that it is alive";

    private static string Outlines(SegmentsLayout? segments) => segments is null
        ? string.Empty
        : FormattableString.Invariant($"; outlines from {segments.Prototypes} prototypes of {segments.Output}, a cell for {segments.Stride} px, at {segments.Threshold}");

    /// <summary>Longer side of the smallest region that is looked for, in pixels of the image.</summary>
    public int SmallestPx => Math.Max(_options.SmallestFacePx, _session.Manifest.SmallestPx);

    /// <inheritdoc/>
    bool IRegionDetector.DecodesOnDemand => true;

    /// <summary>What the model finds.</summary>
    public RegionClass Class => _session.Manifest.Class;

    /// <inheritdoc/>
    public bool Finds(RegionClass regionClass) => regionClass == Class;

    /// <summary>Loads a trusted model. The answer has no detector unless the outcome is <see cref="ModelOutcome.Trusted"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static (ModelOutcome Outcome, OnnxDetector? Detector) Open(TrustedModel model, DetectorOptions options) => Open(model, options, out _);

    /// <summary>As the other, and says what is wrong with a model that is refused.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static (ModelOutcome Outcome, OnnxDetector? Detector) Open(TrustedModel model, DetectorOptions options, out IReadOnlyList<string> findings)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.IntraOpThreads, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.IntraOpThreads, 16, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SmallestFacePx, DetectorOptions.SmallestFacePxMin, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.SmallestFacePx, DetectorOptions.SmallestFacePxMax, nameof(options));
        var session = DetectorSession.Open(model, options.IntraOpThreads, out var outcome, out findings);
        return (outcome, session is null ? null : new OnnxDetector(session, options));
    }

    /// <inheritdoc/>
    public bool Covers(int width, int height) => PlanFor(width, height) is not null;

    /// <inheritdoc/>
    public DetectionResult Detect(PixelImage image, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (PlanFor(image.Width, image.Height) is not { } plan)
        {
            return DetectionResult.Failed(DetectionOutcome.WrongShape);
        }

        var context = _session.Rent();
        try
        {
            return Detect(image, plan, context, cancellationToken);
        }
        catch (OnnxRuntimeException)
        {
            // The answer to a runtime that fails is the outcome: its text may hold names and shapes of the model, never of the image.
            return DetectionResult.Failed(DetectionOutcome.Threw);
        }
        finally
        {
            _session.Return(context);
        }
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => _session.Dispose();

    private DetectionResult Detect(PixelImage image, IReadOnlyList<PassGeometry> plan, DetectorContext context, CancellationToken cancellationToken)
    {
        context.Candidates.Clear();
        for (var index = 0; index < plan.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var outcome = RunPass(image, plan[index], context);
            if (outcome != DetectionOutcome.Detected)
            {
                return DetectionResult.Failed(outcome);
            }
        }

        context.Candidates.DropDuplicates(_session.Manifest.NmsIou, RegionMargins.Of(Class));
        return context.Candidates.Count > RegionsMax
            ? DetectionResult.Failed(DetectionOutcome.Saturated)
            : new DetectionResult(DetectionOutcome.Detected, Answer(context.Candidates.Items));
    }

    /// <summary>What leaves the detector shares no memory with the next look.</summary>
    private static RegionDetection[] Answer(ReadOnlySpan<RegionDetection> found)
    {
        var answer = found.ToArray();
        foreach (ref var detection in answer.AsSpan())
        {
            if (detection.Outline is { } outline)
            {
                detection = detection with { Outline = outline.Copy() };
            }
        }

        return answer;
    }

    private DetectionOutcome RunPass(PixelImage image, PassGeometry geometry, DetectorContext context)
    {
        var (pass, candidates) = (geometry.Pass, context.Candidates);
        context.Writer.Write(image, geometry, context.Input(pass.Canvas));
        var outputs = context.Run(pass.Canvas);
        if (!FloatValues.AreFinite(outputs))
        {
            return DetectionOutcome.NotFinite;
        }

        var first = candidates.Count;
        var outcome = context.Decoder.TryAdd(outputs, pass, Thresholds.Lowest, candidates);
        if (outcome != DetectionOutcome.Detected)
        {
            return outcome;
        }

        candidates.DropWeakFrom(first, Thresholds.Start, pass.WeakSidePxMax, isByShorterSide: Class == RegionClass.Text);
        return TryMoveToImage(candidates.Items[first..], pass) ? DetectionOutcome.Detected : DetectionOutcome.NotFinite;
    }

    /// <summary>A size is the exponential of an output: it may overflow, or vanish, though the output is a number.</summary>
    private bool TryMoveToImage(Span<RegionDetection> added, Pass pass)
    {
        foreach (ref var detection in added)
        {
            var box = pass.ToImage(detection.Box);
            if (!float.IsFinite(box.Area) || box.Area <= 0)
            {
                return false;
            }

            detection = detection with { Box = box, Class = Class };
        }

        return true;
    }

    private IReadOnlyList<PassGeometry>? PlanFor(int width, int height)
    {
        if (_plans.TryGetValue((width, height), out var known))
        {
            return known;
        }

        if (_plans.Count >= PlansMax)
        {
            _plans.Clear();
        }

        var manifest = _session.Manifest;
        var plan = PassPlan.For(width, height, manifest.FaceSizePx, CanvasRule.Of(manifest.Input), SmallestPx, manifest.ScaleStep);
        return _plans[(width, height)] = plan is null ? null : PassGeometry.Of(plan, width, height);
    }
}
