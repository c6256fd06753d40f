using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Pipeline;

/// <summary>What looking at one image told.</summary>
/// <param name="Reason">Why the image must be closed, or <see cref="Reason.None"/>.</param>
/// <param name="Regions">What was found.</param>
/// <param name="Luma">Brightness.</param>
internal readonly record struct ImageLook(Reason Reason, IReadOnlyList<RegionDetection> Regions, LumaHistogram Luma)
{
    public static ImageLook At(PixelImage image, PipelineParts parts, CancellationToken cancellationToken)
    {
        var luma = LumaHistogram.Of(image);
        var result = BlindFrame.Is(luma)
            ? DetectionResult.Failed(DetectionOutcome.BlindFrame)
            : GuardedDetection.Detect(parts.Detector, image, parts.Logger, cancellationToken);
        return new ImageLook(FrameFate.ReasonOf(result.Outcome), result.Regions, luma);
    }
}
