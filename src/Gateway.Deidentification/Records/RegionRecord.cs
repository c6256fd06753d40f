using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Tracking;

namespace Gateway.Deidentification.Records;

/// <summary>One masked region. It names no person: a track handle is random and lives for one stream.</summary>
/// <param name="Box">What the detector found, before margins.</param>
/// <param name="Mask">The mask that was applied, after margins and rounding out; clipped to the image.</param>
/// <param name="Score">Detector score, 0 to 1; 0 where the region was held or interpolated without a detection on this frame.</param>
/// <param name="Track">Track within the stream, or none.</param>
/// <param name="IsBridged">True where no detection on this frame supports the region.</param>
/// <param name="Class">What was found.</param>
/// <param name="IsOutlined">True where the outline of the region was masked, not its box: of <paramref name="Mask"/> only the part along it.</param>
public readonly record struct RegionRecord(
    RegionBox Box, PixelRect Mask, float Score, TrackHandle Track, bool IsBridged, RegionClass Class = RegionClass.Face, bool IsOutlined = false);
