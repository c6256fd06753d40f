using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Tests.Video;

/// <summary>A detector that finds one box in every picture; one of its calls may fail.</summary>
internal sealed class FixedDetector(RegionBox box, int failingCall = 0) : IRegionDetector
{
    private int _calls;

    public ModelReference Model { get; } = new("fixed", "1", new byte[32], "CPU");

    public ScoreThresholds Thresholds { get; } = new(0.5f, 0.2f, 0.2f);

    public bool Covers(int width, int height) => true;

    public DetectionResult Detect(PixelImage image, CancellationToken cancellationToken) => Interlocked.Increment(ref _calls) == failingCall
        ? DetectionResult.Failed(DetectionOutcome.NotFinite)
        : new(DetectionOutcome.Detected, [new RegionDetection(box, 0.9f)]);
}
