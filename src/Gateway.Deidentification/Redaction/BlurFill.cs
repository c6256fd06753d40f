using System.Buffers;
using System.Numerics;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>
/// Blurs each region, strongly for its size. It is offered for those who must have it and is never a protection: published networks restore
/// identities from any blur, which is why it needs to be asked for as weak.
/// </summary>
internal sealed class BlurFill : IMaskFiller
{
    /// <summary>Three box filters come close to a Gaussian.</summary>
    private const int Passes = 3;

    /// <summary>The radius of each is this share of the shorter side of the mask.</summary>
    private const int RadiusShare = 8;

    public RedactionTechnique Technique => RedactionTechnique.Blur;

    public void Fill(PixelImage image, MaskMap mask, ReadOnlySpan<MaskedRegion> regions, DitherNoise.Frame grain)
    {
        MaskFillers.CheckSize(image, mask);
        var grids = new CellGrid[regions.Length];
        for (var i = 0; i < regions.Length; i++)
        {
            grids[i] = Blurred(image, regions[i].Mask);
        }

        FlatFill.Fill(image, mask, SolidFill.DefaultLuma);
        for (var i = 0; i < regions.Length; i++)
        {
            using var grid = grids[i];
            if (!regions[i].Mask.IsEmpty)
            {
                CellWriter.Write(image, mask, regions[i].Mask, grid, default);
            }
        }
    }

    private static CellGrid Blurred(PixelImage image, PixelRect region)
    {
        var grid = new CellGrid(CellGrid.CellsOver(region));
        CellAverages.Fill(image, grid);
        var radius = Math.Max(1, Math.Min(grid.Columns, grid.Rows) / RadiusShare);
        var scratch = ArrayPool<Vector4>.Shared.Rent(grid.Count);
        for (var pass = 0; pass < Passes; pass++)
        {
            // Each call blurs along rows and writes transposed, so two calls blur both ways and restore the order.
            BlurTransposed(grid.Colours, scratch, grid.Columns, grid.Rows, radius);
            BlurTransposed(scratch, grid.Colours, grid.Rows, grid.Columns, radius);
        }

        scratch.AsSpan(0, grid.Count).Clear();
        ArrayPool<Vector4>.Shared.Return(scratch);
        return grid;
    }

    private static void BlurTransposed(ReadOnlySpan<Vector4> from, Span<Vector4> to, int columns, int rows, int radius)
    {
        var share = 1f / ((2 * radius) + 1);
        for (var row = 0; row < rows; row++)
        {
            var line = from.Slice(row * columns, columns);
            var sum = line[0] * (radius + 1);
            for (var i = 1; i <= radius; i++)
            {
                sum += line[Math.Min(i, columns - 1)];
            }

            for (var column = 0; column < columns; column++)
            {
                to[(column * rows) + row] = sum * share;
                sum += line[Math.Min(column + radius + 1, columns - 1)] - line[Math.Max(column - radius, 0)];
            }
        }
    }
}
