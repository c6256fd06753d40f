using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Models;

/// <summary>A picture beside the manifest with regions the model is known to find. As long as it does not, nothing it answers is believed.</summary>
/// <param name="Picture">Name of the file, in the folder of the manifest.</param>
/// <param name="Sha256">SHA-256 of the file, 32 bytes.</param>
/// <param name="Regions">The regions in pixels of the picture, 1 to <see cref="RegionsMax"/>.</param>
public sealed record ModelCanary(string Picture, ReadOnlyMemory<byte> Sha256, IReadOnlyList<RegionBox> Regions)
{
    /// <summary>Most regions.</summary>
    public const int RegionsMax = 16;

    /// <summary>Longest file of a picture, 4 MiB: it is shown to the model every ten seconds.</summary>
    public const int PictureBytesMax = 4 * 1024 * 1024;

    /// <summary>Most pixels of a picture, width times height.</summary>
    public const int PixelsMax = 1920 * 1088;
}
