namespace Gateway.Deidentification.Detection;

/// <summary>One thing a detector found.</summary>
/// <param name="Box">Where, in pixels of the image that was asked about.</param>
/// <param name="Score">How sure, 0 to 1; comparable within one model only.</param>
public readonly record struct RegionDetection(RegionBox Box, float Score)
{
    /// <summary>A detection of another class than a face.</summary>
    public RegionDetection(RegionBox box, float score, RegionClass regionClass)
        : this(box, score) => Class = regionClass;

    /// <summary>What it is; a face unless said otherwise.</summary>
    public RegionClass Class { get; init; } = RegionClass.Face;

    /// <summary>Which pixels of the box belong to it; null where the model draws no outlines, or none to believe.</summary>
    internal Outline? Outline { get; init; }
}
