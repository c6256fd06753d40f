using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Pipeline;

/// <summary>A picture with known regions of one class, by which a detector proves that it is alive.</summary>
/// <param name="Class">What the regions are.</param>
/// <param name="Image">The picture; belongs to the canary.</param>
/// <param name="Regions">The regions, at least one.</param>
public sealed record Canary(RegionClass Class, PixelImage Image, IReadOnlyList<RegionBox> Regions) : IDisposable
{
    /// <summary>A region counts as found by a box that overlaps it this much.</summary>
    private const float IouMin = 0.3f;

    /// <summary>The faces of a drawn scene.</summary>
    public static Canary Of(DrawnFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return new Canary(RegionClass.Face, frame.Image, frame.Faces);
    }

    /// <summary>The canary of a model's manifest.</summary>
    /// <param name="model">A model whose manifest has one.</param>
    /// <param name="codec">Decodes the picture.</param>
    /// <returns>The canary; or none where the file is no picture, too large, or a region is not in it.</returns>
    /// <exception cref="ArgumentException">The manifest has no canary.</exception>
    public static Canary? Of(TrustedModel model, IStillCodec codec)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(codec);
        var known = model.Manifest.Canary ?? throw new ArgumentException("The manifest has no canary.", nameof(model));
        var limits = new MediaLimits { ImageBytesMax = ModelCanary.PictureBytesMax, PixelsMax = ModelCanary.PixelsMax };
        var decoding = codec.Decode(model.CanaryFile, limits);
        if (decoding.IsDecoded && known.Regions.All(region => IsInside(region, decoding.Image)))
        {
            return new Canary(model.Manifest.Class, decoding.Image, known.Regions);
        }

        decoding.Dispose();
        return null;
    }

    /// <summary>How many of the known regions a detector's answer has.</summary>
    public int CountFoundIn(DetectionResult answer, float scoreMin) => Regions.Count(known => answer.Regions.Any(region =>
        region.Class == Class && region.Score >= scoreMin && region.Box.IntersectionOverUnion(known) >= IouMin));

    /// <summary>Gives the pixels back.</summary>
    public void Dispose() => Image.Dispose();

    private static bool IsInside(in RegionBox box, PixelImage image) =>
        box.X >= 0 && box.Y >= 0 && box.Width >= 1 && box.Height >= 1 && box.Right <= image.Width && box.Bottom <= image.Height;
}
