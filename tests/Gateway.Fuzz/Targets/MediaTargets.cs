using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;
using Gateway.Fuzz.Mutation;
using Gateway.TestKit;

namespace Gateway.Fuzz.Targets;

/// <summary>Pictures and model manifests.</summary>
internal static class MediaTargets
{
    private static readonly MediaLimits Limits = new() { ImageBytesMax = 256 * 1024, PixelsMax = 128 * 128, SideMax = 512 };

    public static IEnumerable<FuzzTarget> All =>
    [
        new("still", Mutators.Bytes, () => [Still(StillFormat.Jpeg), Still(StillFormat.Png), Still(StillFormat.WebP)], Decodes, IsAuthenticated: false),
        new("manifest", Mutators.Text, Manifests, ReadsManifest, IsAuthenticated: false),
    ];

    /// <summary>The embedded model's, and the examples: one of every decoder.</summary>
    private static IReadOnlyList<byte[]> Manifests() =>
    [
        File.ReadAllBytes(Repository.PathOf("src", "Gateway.Deidentification", "Models", "manifest.json")),
        .. Directory.EnumerateFiles(Repository.PathOf("deploy", "models"), "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllBytes),
    ];

    private static Verdict Decodes(byte[] input)
    {
        var decoding = new SkiaStillCodec().Decode(input, Limits);
        using var image = decoding.Image;
        return image is null ? Verdict.Refused
            : (long)image.Width * image.Height <= Limits.PixelsMax ? Verdict.Accepted
            : throw new InvalidOperationException("more pixels than the limit");
    }

    private static Verdict ReadsManifest(byte[] input) => ManifestReader.Read(input, out var findings) is not null && findings.Count == 0 ? Verdict.Accepted : Verdict.Refused;

    private static byte[] Still(StillFormat format)
    {
        using var image = PixelImage.Create(PixelLayout.Bgra32, 24, 16);
        return new SkiaStillCodec().Encode(image, new StillTraits(format));
    }
}
