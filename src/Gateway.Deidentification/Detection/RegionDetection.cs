namespace Gateway.Deidentification.Detection;

/// <summary>One thing a detector found.</summary>
/// <param name="Box">Where, in pixels of the image that was asked about.</param>
/// <param name="Score">How sure, 0 to 1; comparable within one model only.</param>
public readonly record struct RegionDetection(RegionBox Box, float Score);
