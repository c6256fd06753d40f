using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Detection;

/// <summary>Finds what must be masked. Implementations may be called from several threads at once.</summary>
public interface IRegionDetector
{
    /// <summary>The model that finds faces, as it stands in records.</summary>
    ModelReference Model { get; }

    /// <summary>The models that find other classes, in the order they are asked. Default none.</summary>
    IReadOnlyList<ModelReference> RegionModels => [];

    /// <summary>From which scores a detection of a face has an effect.</summary>
    ScoreThresholds Thresholds { get; }

    /// <summary>False while the detector knows that its answers cannot be believed; streams are refused then. Default true.</summary>
    bool IsReady => true;

    /// <summary>
    /// True where the detector knows that an image may have been opened at its coefficients, and decodes what it wants to see. Any other is only
    /// given images with every pixel there: one that looked at pixels nobody decoded would find nothing and be believed.
    /// </summary>
    internal bool DecodesOnDemand => false;

    /// <summary>True when some model looks for this class. Default: faces only.</summary>
    bool Finds(RegionClass regionClass) => regionClass == RegionClass.Face;

    /// <summary>From which scores a detection of a class has an effect. Default: as for faces.</summary>
    ScoreThresholds ThresholdsOf(RegionClass regionClass) => Thresholds;

    /// <summary>True when every region size from the smallest promised to the whole frame can be seen in images of this size.</summary>
    bool Covers(int width, int height);

    /// <summary>Looks at one image. The answer holds every region with a score of at least the lowest threshold of its class.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before the answer was complete.</exception>
    DetectionResult Detect(PixelImage image, CancellationToken cancellationToken);
}
