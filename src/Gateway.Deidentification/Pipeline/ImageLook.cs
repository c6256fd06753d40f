using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Pipeline;

/// <summary>What looking at one image told.</summary>
/// <param name="Reason">Why the image must be closed, or <see cref="Reason.None"/>.</param>
/// <param name="Regions">What was found.</param>
internal readonly record struct ImageLook(Reason Reason, IReadOnlyList<RegionDetection> Regions)
{
    /// <param name="image">The image.</param>
    /// <param name="luma">Receives its brightness.</param>
    /// <param name="parts">The detector, and where its failures are told.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public static ImageLook At(PixelImage image, LumaHistogram luma, PipelineParts parts, CancellationToken cancellationToken)
    {
        luma.Measure(image);
        var result = BlindFrame.Is(luma)
            ? DetectionResult.Failed(DetectionOutcome.BlindFrame)
            : GuardedDetection.Detect(parts.Detector, image, parts.Logger, cancellationToken);
        return new ImageLook(FrameFate.ReasonOf(result.Outcome), result.Regions);
    }
}
