using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Detection;

/// <summary>Finds what must be masked. Implementations may be called from several threads at once.</summary>
public interface IRegionDetector
{
    /// <summary>The model that is asked, as it stands in records.</summary>
    ModelReference Model { get; }

    /// <summary>From which scores a detection has an effect.</summary>
    ScoreThresholds Thresholds { get; }

    /// <summary>False while the detector knows that its answers cannot be believed; streams are refused then. Default true.</summary>
    bool IsReady => true;

    /// <summary>
    /// True where the detector knows that an image may have been opened at its coefficients, and decodes what it wants to see. Any other is only
    /// given images with every pixel there: one that looked at pixels nobody decoded would find nothing and be believed.
    /// </summary>
    internal bool DecodesOnDemand => false;

    /// <summary>True when every face size from the smallest promised to the whole frame can be seen in images of this size.</summary>
    bool Covers(int width, int height);

    /// <summary>Looks at one image. The answer holds every region with a score of at least the lowest threshold.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before the answer was complete.</exception>
    DetectionResult Detect(PixelImage image, CancellationToken cancellationToken);
}
