using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Pipeline;

/// <summary>A picture of which it is known where its faces are; drawn, never a photograph of anybody.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Faces">Its faces, one or more.</param>
public sealed record KnownScene(PixelImage Image, IReadOnlyList<RegionBox> Faces);
