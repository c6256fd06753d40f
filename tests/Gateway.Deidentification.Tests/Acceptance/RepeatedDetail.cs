using Gateway.Deidentification.Detection;
using SkiaSharp;

namespace Gateway.Deidentification.Tests.Acceptance;

/// <summary>
/// Tells by the pixels alone, without any model, whether an output still shows a face of its source: small blocks of it whose fine structure is that of the
/// source. Fills have a structure of their own or none; a lossy encoder keeps what it was given.
/// </summary>
internal static class RepeatedDetail
{
    private const int BlockSide = 16;

    /// <summary>Eyes, nose and mouth lie in this share of a box, about its middle.</summary>
    private const float CoreShare = 0.8f;

    /// <summary>Blocks of the source with less structure than this say nothing: skin without a feature.</summary>
    private const double StructureMin = 3;

    private const double CorrelationMin = 0.5;

    /// <summary>Blocks of the core of a face with enough structure to tell, and how many of these the output repeats.</summary>
    public static (int Telling, int Repeated) InFace(SKBitmap source, SKBitmap output, RegionBox face) => In(source, output, new RegionBox(
        face.CenterX - (face.Width * CoreShare / 2), face.CenterY - (face.Height * CoreShare / 2), face.Width * CoreShare, face.Height * CoreShare));

    /// <summary>The same for all of a box.</summary>
    public static (int Telling, int Repeated) In(SKBitmap source, SKBitmap output, RegionBox box)
    {
        var (telling, repeated) = (0, 0);
        var (left, top) = ((int)box.X, (int)box.Y);
        for (var y = Math.Max(1, top); y + BlockSide < Math.Min(source.Height, top + box.Height); y += BlockSide)
        {
            for (var x = Math.Max(1, left); x + BlockSide < Math.Min(source.Width, left + box.Width); x += BlockSide)
            {
                var (structure, correlation) = Compare(source.GetPixelSpan(), output.GetPixelSpan(), source.RowBytes, x, y);
                telling += structure >= StructureMin ? 1 : 0;
                repeated += structure >= StructureMin && correlation >= CorrelationMin ? 1 : 0;
            }
        }

        return (telling, repeated);
    }

    private static (double Structure, double Correlation) Compare(ReadOnlySpan<byte> source, ReadOnlySpan<byte> output, int stride, int left, int top)
    {
        double both = 0, before = 0, after = 0;
        for (var y = top; y < top + BlockSide; y++)
        {
            for (var x = left; x < left + BlockSide; x++)
            {
                var (one, other) = (Structure(source, stride, x, y), Structure(output, stride, x, y));
                (both, before, after) = (both + (one * other), before + (one * one), after + (other * other));
            }
        }

        return (Math.Sqrt(before / (BlockSide * BlockSide)), both / Math.Sqrt((before * after) + 1));
    }

    /// <summary>How far a pixel's green stands out from its four neighbours: blind to smooth shading, which a fill may share with a face.</summary>
    private static double Structure(ReadOnlySpan<byte> pixels, int stride, int x, int y)
    {
        var at = (y * stride) + (x * 4) + 1;
        return (4 * pixels[at]) - pixels[at - 4] - pixels[at + 4] - pixels[at - stride] - pixels[at + stride];
    }
}
