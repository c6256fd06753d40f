using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Detection;

/// <summary>
/// The passes over one image size. A model sees faces of a range of sizes only, so an image is shown at several scales: every face from
/// the smallest promised to the whole frame then falls within the range in some pass, and lies wholly inside one tile of it.
/// </summary>
internal sealed class PassPlan
{
    public const int SidePxMax = 16384;
    public const int PixelsMax = 64 * 1024 * 1024;
    public const int PassesMax = 64;

    /// <summary>A whole frame up to this side is shown unscaled: small faces are where a detector is weakest.</summary>
    private const int NativeSideMax = 1280;

    /// <summary>Share by which the ranges of neighbouring passes overlap, so that a face between two sizes is well inside one of them.</summary>
    private const float Margin = 1.15f;

    private PassPlan(IReadOnlyList<Pass> passes) => Passes = passes;

    public IReadOnlyList<Pass> Passes { get; }

    /// <summary>The plan for images of this size, or null where no plan of bounded work covers them.</summary>
    /// <param name="width">Width of the image.</param>
    /// <param name="height">Height of the image.</param>
    /// <param name="range">Face sizes the model was made for.</param>
    /// <param name="canvases">Which sizes an input may have.</param>
    /// <param name="smallestFacePx">Smallest face that must be seen.</param>
    /// <param name="stepMax">Each pass is at most this much coarser than the one before.</param>
    public static PassPlan? For(int width, int height, FaceSizeRange range, CanvasRule canvases, int smallestFacePx, float stepMax = ModelManifest.ScaleStepMax)
    {
        if (width < 1 || height < 1 || width > SidePxMax || height > SidePxMax || (long)width * height > PixelsMax)
        {
            return null;
        }

        var step = Math.Min(stepMax, range.Max / (range.Min * Margin * Margin));
        var longSide = Math.Max(width, height);
        var fitting = canvases.ScaleToFit(width, height);
        var scale = FinestScale(longSide, range, smallestFacePx);
        if (canvases.Fixed is not null)
        {
            // The whole input is computed anyway.
            scale = Math.Max(scale, Math.Min(1, fitting));
        }

        var passes = new List<Pass>();

        // The last pass shows the whole image at once: what is as large as the image is not cut by a tile.
        while (longSide * scale * Margin > range.Max || scale > fitting)
        {
            var coarser = Math.Max(scale / step, Math.Min(fitting, range.Max / 2f / longSide));
            if (!TryAddTiles(passes, width, height, scale, range.Min * Margin / coarser, range.Max / 2f, canvases))
            {
                return null;
            }

            scale = coarser;
        }

        return TryAddTiles(passes, width, height, scale, 0, float.PositiveInfinity, canvases) ? new PassPlan(passes) : null;
    }

    private static float FinestScale(int longSide, FaceSizeRange range, int smallestFacePx)
    {
        var needed = (float)range.Min / smallestFacePx;
        var wished = Math.Min(1, (float)NativeSideMax / longSide) * DetectorOptions.SmallestFacePxMin / smallestFacePx;
        return Math.Max(needed, wished);
    }

    /// <summary>
    /// Tiles overlap by the largest face that the next coarser pass cannot see, so a face cut by the border of one tile lies wholly in its
    /// neighbour or is found by the coarser pass.
    /// </summary>
    private static bool TryAddTiles(List<Pass> passes, int width, int height, float scale, float overlapPx, float weakSidePxMax, CanvasRule canvases)
    {
        // One pixel more, because tiles start at whole pixels.
        var overlap = (int)MathF.Ceiling(overlapPx) + 1;
        var columns = Tiling.Of(width, scale, overlap, canvases.SideMax.Width);
        var rows = Tiling.Of(height, scale, overlap, canvases.SideMax.Height);
        if (passes.Count + (columns.Count * rows.Count) > PassesMax)
        {
            return false;
        }

        var content = new CanvasSize(Scaled(columns.Length, scale), Scaled(rows.Length, scale));
        var canvas = canvases.For(content);
        foreach (var top in rows.Starts)
        {
            foreach (var left in columns.Starts)
            {
                var source = new PixelRect(left, top, left + columns.Length, top + rows.Length);
                passes.Add(new Pass(source, content.Width, content.Height, canvas, weakSidePxMax));
            }
        }

        return true;
    }

    private static int Scaled(int length, float scale) => Math.Max(1, (int)MathF.Ceiling(length * scale));
}
