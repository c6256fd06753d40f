using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Tracking;

/// <summary>The thresholds of every class: each has its own model, and a score means nothing to another.</summary>
internal sealed class ClassThresholds
{
    private readonly ScoreThresholds[] _byClass;

    private ClassThresholds(Func<RegionClass, ScoreThresholds> of)
    {
        var classes = Enum.GetValues<RegionClass>();
        _byClass = new ScoreThresholds[1 + (int)classes.Max()];
        foreach (var regionClass in classes)
        {
            _byClass[(int)regionClass] = of(regionClass);
        }
    }

    public ScoreThresholds this[RegionClass regionClass] => _byClass[(int)regionClass];

    /// <summary>Those of a detector.</summary>
    public static ClassThresholds Of(IRegionDetector detector) => new(detector.ThresholdsOf);

    /// <summary>The same for all classes.</summary>
    public static ClassThresholds Same(ScoreThresholds thresholds) => new(_ => thresholds);
}
