using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Detection;

/// <summary>
/// The model that finds faces and those that find other classes, asked one after the other about every image. One that fails fails the
/// image: a frame whose plates nobody looked for is as closed as one whose faces nobody looked for.
/// </summary>
public sealed class DetectorSet : IRegionDetector, IDisposable
{
    private readonly OnnxDetector _faces;
    private readonly IReadOnlyList<OnnxDetector> _others;

    /// <summary>Takes the detectors over.</summary>
    /// <exception cref="ArgumentException">Two detectors find the same class: a score means nothing to the thresholds of another model.</exception>
    public DetectorSet(OnnxDetector faces, IReadOnlyList<OnnxDetector> others)
    {
        ArgumentNullException.ThrowIfNull(faces);
        ArgumentNullException.ThrowIfNull(others);
        if (others.Select(other => other.Class).Append(faces.Class).Distinct().Count() <= others.Count)
        {
            throw new ArgumentException("Two detectors find the same class.", nameof(others));
        }

        (_faces, _others) = (faces, others);
        RegionModels = [.. others.Select(other => other.Model)];
    }

    /// <inheritdoc/>
    public ModelReference Model => _faces.Model;

    /// <inheritdoc/>
    public IReadOnlyList<ModelReference> RegionModels { get; }

    /// <summary>What was understood of each model, faces first; see <see cref="OnnxDetector.Understood"/>.</summary>
    public IReadOnlyList<string> Understood => [_faces.Understood, .. _others.Select(other => other.Understood)];

    /// <inheritdoc/>
    public ScoreThresholds Thresholds => _faces.Thresholds;

    /// <inheritdoc/>
    bool IRegionDetector.DecodesOnDemand => true;

    /// <inheritdoc/>
    public bool Finds(RegionClass regionClass) => DetectorOf(regionClass) is not null;

    /// <inheritdoc/>
    public ScoreThresholds ThresholdsOf(RegionClass regionClass) => (DetectorOf(regionClass) ?? _faces).Thresholds;

    /// <inheritdoc/>
    public bool Covers(int width, int height) => _faces.Covers(width, height) && _others.All(other => other.Covers(width, height));

    /// <inheritdoc/>
    public DetectionResult Detect(PixelImage image, CancellationToken cancellationToken)
    {
        var found = _faces.Detect(image, cancellationToken);
        if (_others.Count == 0 || found.Outcome != DetectionOutcome.Detected)
        {
            return found;
        }

        var all = new List<RegionDetection>(found.Regions);
        foreach (var other in _others)
        {
            var more = other.Detect(image, cancellationToken);
            if (more.Outcome != DetectionOutcome.Detected)
            {
                return more;
            }

            all.AddRange(more.Regions);
        }

        return new DetectionResult(DetectionOutcome.Detected, all);
    }

    /// <summary>Frees the models.</summary>
    public void Dispose()
    {
        _faces.Dispose();
        foreach (var other in _others)
        {
            other.Dispose();
        }
    }

    private OnnxDetector? DetectorOf(RegionClass regionClass) => regionClass == _faces.Class ? _faces : _others.FirstOrDefault(other => other.Class == regionClass);
}
