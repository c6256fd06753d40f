using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Tracking;

/// <summary>One region to mask on one frame.</summary>
/// <param name="Box">Where, before the margins of a mask.</param>
/// <param name="Score">Score of the detection, or 0 where the region is bridged.</param>
/// <param name="Handle">Track it belongs to, or none.</param>
/// <param name="IsBridged">True where no detection on this frame supports it.</param>
/// <param name="MarginPx">Margin for motion and uncertainty, beyond the margins every mask has; 0 or more.</param>
/// <param name="Class">What it is.</param>
/// <param name="Outline">Its outline as it was seen on this very frame; null where the box stands for it.</param>
/// <param name="WayPx">How far it moves within one frame: an outline that was seen on this very frame has no other uncertainty of place.</param>
internal readonly record struct TrackedRegion(
    RegionBox Box, float Score, TrackHandle Handle, bool IsBridged, float MarginPx, RegionClass Class = RegionClass.Face, Outline? Outline = null, float WayPx = 0);
