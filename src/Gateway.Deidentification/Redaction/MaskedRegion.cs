using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>One region of a mask, for techniques that treat regions one by one.</summary>
/// <param name="Mask">The rectangle that <see cref="MaskMap.Add(in Detection.RegionBox, float, Detection.RegionClass)"/> returned for the region.</param>
/// <param name="Snapshot">The cells of the region's track, so that every frame shows the same; null for a still.</param>
internal readonly record struct MaskedRegion(PixelRect Mask, MosaicSnapshot? Snapshot = null);
