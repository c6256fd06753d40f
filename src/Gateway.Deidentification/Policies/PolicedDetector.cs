using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Policies;

/// <summary>A detector that tells only of the classes that a policy masks; about the others nothing is kept, not even in records.</summary>
public sealed class PolicedDetector(IRegionDetector detector, DeidentificationPolicy policy) : IRegionDetector
{
    /// <inheritdoc/>
    public ModelReference Model => detector.Model;

    /// <inheritdoc/>
    public IReadOnlyList<ModelReference> RegionModels => detector.RegionModels;

    /// <inheritdoc/>
    public ScoreThresholds Thresholds => detector.Thresholds;

    /// <inheritdoc/>
    public bool IsReady => detector.IsReady;

    /// <inheritdoc/>
    bool IRegionDetector.DecodesOnDemand => detector.DecodesOnDemand;

    /// <inheritdoc/>
    public bool Finds(RegionClass regionClass) => detector.Finds(regionClass) && policy.Masks(regionClass);

    /// <inheritdoc/>
    public ScoreThresholds ThresholdsOf(RegionClass regionClass) => detector.ThresholdsOf(regionClass);

    /// <inheritdoc/>
    public bool Covers(int width, int height) => detector.Covers(width, height);

    /// <inheritdoc/>
    public DetectionResult Detect(PixelImage image, CancellationToken cancellationToken)
    {
        var result = detector.Detect(image, cancellationToken);
        return result.Regions.All(region => policy.Masks(region.Class))
            ? result
            : result with { Regions = [.. result.Regions.Where(region => policy.Masks(region.Class))] };
    }
}
