using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Drawing;

/// <summary>One picture of a drawn scene and where its faces are.</summary>
/// <param name="Image">The picture in <see cref="PixelLayout.Bgra32"/>; belongs to the caller.</param>
/// <param name="Faces">The boxes of the faces in the order they were given.</param>
public sealed record DrawnFrame(PixelImage Image, IReadOnlyList<RegionBox> Faces) : IDisposable
{
    /// <summary>Gives the pixels back.</summary>
    public void Dispose() => Image.Dispose();
}
