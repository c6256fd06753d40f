using System.Collections.Concurrent;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Tests.Pipeline;

/// <summary>
/// A detector that truly looks at the pixels: it finds the face of a <see cref="SecretFrame"/> as long as it is in the picture, and does
/// to chosen frames what the test says.
/// </summary>
internal sealed class ScriptedDetector : IRegionDetector
{
    private readonly ConcurrentDictionary<int, Func<PixelImage, DetectionResult>> _script = [];
    private readonly ConcurrentBag<PixelImage> _seen = [];

    public static DetectionResult FaceFound { get; } = FaceFoundAt(SecretFrame.Face);

    public static DetectionResult NothingFound { get; } = new(DetectionOutcome.Detected, []);

    public static DetectionResult FaceFoundAt(RegionBox box) => new(DetectionOutcome.Detected, [new RegionDetection(box, 0.9f)]);

    public ModelReference Model { get; } = new("scripted", "1", new byte[32], "CPU");

    public ScoreThresholds Thresholds { get; } = new(0.5f, 0.2f, 0.2f);

    public bool IsReady { get; set; } = true;

    /// <summary>Every image that was looked at.</summary>
    public IReadOnlyCollection<PixelImage> Seen => _seen;

    public ScriptedDetector On(int frame, Func<PixelImage, DetectionResult> act)
    {
        _script[frame] = act;
        return this;
    }

    public ScriptedDetector On(int frame, DetectionOutcome outcome) => On(frame, _ => DetectionResult.Failed(outcome));

    public bool Covers(int width, int height) => width <= 4000;

    public DetectionResult Detect(PixelImage image, CancellationToken cancellationToken)
    {
        _seen.Add(image);
        cancellationToken.ThrowIfCancellationRequested();
        if (_script.TryGetValue(SecretFrame.NumberOf(image), out var act))
        {
            return act(image);
        }

        return SecretFrame.ShowsFace(image) ? FaceFound : NothingFound;
    }
}
