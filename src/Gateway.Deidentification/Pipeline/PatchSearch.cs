using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Tracking;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// Follows what was found on one frame over the next few by its looks: a coarse grid of brightness is compared at places around. What it finds
/// only ever adds to a mask, so a patch that matches the wrong place hides more of the picture and never a face less.
/// </summary>
internal sealed class PatchSearch
{
    /// <summary>Samples across a patch; a face of 12 pixels has as many.</summary>
    private const int Side = 12;

    private const int Samples = Side * Side;

    /// <summary>How far a region may have moved since the last frame, as a share of its longer side.</summary>
    private const float Reach = 0.5f;

    /// <summary>Places to each side in the first round; each later round halves the distance and looks at one place to each side.</summary>
    private const int CoarseSteps = 4;
    private const int FineRounds = 2;

    /// <summary>Mean difference of brightness, in steps of 8 bits, up to which a place is believed.</summary>
    private const int DifferenceMax = 16;

    /// <summary>Patches followed at once; the others are held and interpolated like anything that was lost.</summary>
    private const int PatchesMax = 128;

    private readonly Patch[] _patches = new Patch[PatchesMax];
    private readonly byte[] _samples = new byte[PatchesMax * Samples];
    private readonly byte[] _trial = new byte[Samples];
    private int _count;

    /// <summary>Takes the regions of a frame that was looked at as the ones to follow.</summary>
    public void Remember(PixelImage image, FrameRegions regions)
    {
        _count = 0;
        for (var index = 0; index < regions.Regions.Count && _count < PatchesMax; index++)
        {
            var region = regions.Regions[index];
            if (!region.IsBridged && region.Handle != TrackHandle.None)
            {
                Sample(image, region.Box, _samples.AsSpan(_count * Samples, Samples));
                _patches[_count++] = new Patch(region, region.Box);
            }
        }
    }

    /// <summary>Adds to the regions of a frame that was not looked at where the patches are now.</summary>
    public void Follow(PixelImage image, FrameRegions regions)
    {
        for (var index = 0; index < _count; index++)
        {
            ref var patch = ref _patches[index];
            if (TryFind(image, patch.Box, _samples.AsSpan(index * Samples, Samples), out var place))
            {
                patch = patch with { Box = place };
                regions.Bridge(patch.Region with { Box = place, Score = 0, IsBridged = true, Outline = null });
            }
        }
    }

    /// <summary>Zeroes what came from pictures.</summary>
    public void Clear()
    {
        _count = 0;
        Array.Clear(_samples);
        Array.Clear(_trial);
    }

    private bool TryFind(PixelImage image, in RegionBox from, ReadOnlySpan<byte> patch, out RegionBox place)
    {
        place = from;
        var least = Difference(image, from, patch, int.MaxValue);
        var step = Reach * Math.Max(from.Width, from.Height) / CoarseSteps;
        Improve(image, patch, CoarseSteps, step, ref place, ref least);
        for (var round = 0; round < FineRounds; round++)
        {
            step /= 2;
            Improve(image, patch, 1, step, ref place, ref least);
        }

        return least <= DifferenceMax * Samples;
    }

    private void Improve(PixelImage image, ReadOnlySpan<byte> patch, int steps, float step, ref RegionBox place, ref int least)
    {
        var middle = place;
        for (var row = -steps; row <= steps; row++)
        {
            for (var column = -steps; column <= steps; column++)
            {
                var candidate = middle with { X = middle.X + (column * step), Y = middle.Y + (row * step) };
                var difference = Difference(image, candidate, patch, least);
                if (difference < least)
                {
                    (least, place) = (difference, candidate);
                }
            }
        }
    }

    private int Difference(PixelImage image, in RegionBox box, ReadOnlySpan<byte> patch, int limit)
    {
        Sample(image, box, _trial);
        var sum = 0;
        for (var at = 0; at < Samples && sum < limit; at++)
        {
            sum += Math.Abs(_trial[at] - patch[at]);
        }

        return sum;
    }

    /// <summary>The brightness at an even grid over a box; beyond the image it is that of the border.</summary>
    private static void Sample(PixelImage image, in RegionBox box, Span<byte> samples)
    {
        // A frame opened at its coefficients is there at half its size.
        var (scale, picture) = image.Jpeg is { } jpeg ? (0.5f, jpeg.Half) : (1f, image);

        // Y, or green, which is most of the brightness: one byte a pixel is enough to compare by.
        var (step, offset) = picture.Layout switch { PixelLayout.Bgra32 => (4, 1), PixelLayout.Rgb24 => (3, 1), _ => (1, 0) };
        ReadOnlySpan<byte> bytes = picture.Bytes;
        for (var row = 0; row < Side; row++)
        {
            var y = Math.Clamp((int)(scale * (box.Y + ((row + 0.5f) * box.Height / Side))), 0, picture.Height - 1);
            for (var column = 0; column < Side; column++)
            {
                var x = Math.Clamp((int)(scale * (box.X + ((column + 0.5f) * box.Width / Side))), 0, picture.Width - 1);
                samples[(row * Side) + column] = bytes[(((y * picture.Width) + x) * step) + offset];
            }
        }
    }

    private readonly record struct Patch(TrackedRegion Region, RegionBox Box);
}
