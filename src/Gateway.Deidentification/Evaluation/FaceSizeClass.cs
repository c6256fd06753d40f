using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Evaluation;

/// <summary>Sizes of faces by which figures are given; the size is the longer side of the labelled box in pixels.</summary>
public enum FaceSizeClass
{
    /// <summary>Below 12 px: not promised, and not counted in any figure.</summary>
    Below12,

    /// <summary>12 px and more, below 24.</summary>
    From12,

    /// <summary>24 px and more, below 48.</summary>
    From24,

    /// <summary>48 px and more, below 96.</summary>
    From48,

    /// <summary>96 px and more.</summary>
    From96,
}

/// <summary>What the classes are called and what falls into them.</summary>
public static class FaceSizeClasses
{
    /// <summary>The classes that are counted, small to large.</summary>
    public static IReadOnlyList<FaceSizeClass> Counted { get; } = [FaceSizeClass.From12, FaceSizeClass.From24, FaceSizeClass.From48, FaceSizeClass.From96];

    /// <summary>The class of a size in pixels.</summary>
    public static FaceSizeClass Of(double sizePx) => sizePx switch
    {
        < 12 => FaceSizeClass.Below12,
        < 24 => FaceSizeClass.From12,
        < 48 => FaceSizeClass.From24,
        < 96 => FaceSizeClass.From48,
        _ => FaceSizeClass.From96,
    };

    /// <summary>Size of a box: its longer side, pixels.</summary>
    public static double SizeOf(in RegionBox box) => Math.Max(box.Width, box.Height);

    /// <summary>The name in tables.</summary>
    public static string NameOf(FaceSizeClass size) => size switch
    {
        FaceSizeClass.Below12 => "below 12",
        FaceSizeClass.From12 => "12-24",
        FaceSizeClass.From24 => "24-48",
        FaceSizeClass.From48 => "48-96",
        _ => "above 96",
    };
}
