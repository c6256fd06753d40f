using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Detection;

/// <summary>
/// Writes the part of an image that a pass looks at as three planes, in the order and range that the model was made for; what is beyond the content
/// is the model's padding.
/// </summary>
internal sealed class TensorWriter(ModelInput input)
{
    private float[] _row = [];

    public void Write(PixelImage image, PassGeometry geometry, Span<float> tensor)
    {
        var area = geometry.Pass.Canvas.Area;
        var first = tensor[..area];
        var second = tensor[area..(2 * area)];
        var third = tensor[(2 * area)..(3 * area)];
        var planes = input.IsRgb ? new Planes(third, second, first, geometry.Pass) : new Planes(first, second, third, geometry.Pass);
        switch (image.Layout)
        {
            case PixelLayout.Bgra32:
                WriteInterleaved(image.Bytes, image.Width, 4, geometry, planes.Blue, planes.Green, planes.Red, planes);
                break;
            case PixelLayout.Rgb24:
                WriteInterleaved(image.Bytes, image.Width, 3, geometry, planes.Red, planes.Green, planes.Blue, planes);
                break;
            default:
                if (image.Jpeg is { } picture && geometry.FitsHalf)
                {
                    WriteYuv(picture.Half, geometry, geometry.Chroma, geometry.Quarter, planes);
                    break;
                }

                image.Complete();
                WriteYuv(image, geometry, (geometry.X, geometry.Y), geometry.Chroma, planes);
                break;
        }

        planes.PadBeyondContent(input.Padding);
        if (!input.IsPlain)
        {
            RowKernels.Normalise(first, input.FactorOf(0), input.OffsetOf(0));
            RowKernels.Normalise(second, input.FactorOf(1), input.OffsetOf(1));
            RowKernels.Normalise(third, input.FactorOf(2), input.OffsetOf(2));
        }
    }

    private void WriteInterleaved(
        ReadOnlySpan<byte> pixels, int width, int pixelStride, PassGeometry geometry, Span<float> first, Span<float> second, Span<float> third, Planes planes)
    {
        var isSplit = pixelStride == 4 && geometry.X.IsCopy && geometry.Y.IsCopy;
        for (var y = 0; y < geometry.Pass.ContentHeight; y++)
        {
            var toFirst = planes.Row(first, y);
            var toSecond = planes.Row(second, y);
            var toThird = planes.Row(third, y);
            if (isSplit)
            {
                var at = (((geometry.Y.Starts[y] * width) + geometry.X.Starts[0]) * 4);
                RowKernels.SplitBgra(pixels.Slice(at, toFirst.Length * 4), toFirst, toSecond, toThird);
                continue;
            }

            var row = MixRows(pixels, width * pixelStride, pixelStride, geometry.X, geometry.Y, y);
            RowKernels.GatherThree(row, pixelStride, geometry.X, toFirst, toSecond, toThird);
        }
    }

    private void WriteYuv(PixelImage image, PassGeometry geometry, (AxisTaps X, AxisTaps Y) full, (AxisTaps X, AxisTaps Y) half, Planes planes)
    {
        var luma = image.Bytes[..(image.Width * image.Height)];
        var chroma = image.Bytes[luma.Length..];
        var chromaWidth = (image.Width + 1) / 2;
        var isNv12 = image.Layout == PixelLayout.Nv12;
        var (x, y) = half;
        for (var line = 0; line < geometry.Pass.ContentHeight; line++)
        {
            var first = planes.Row(planes.Blue, line);
            var second = planes.Row(planes.Green, line);
            var third = planes.Row(planes.Red, line);
            WritePlane(luma, image.Width, full, line, first);
            if (isNv12)
            {
                var row = MixRows(chroma, chromaWidth * 2, 2, x, y, line);
                RowKernels.Gather(row, 2, 0, x, second);
                RowKernels.Gather(row, 2, 1, x, third);
            }
            else
            {
                WritePlane(chroma[..(chroma.Length / 2)], chromaWidth, half, line, second);
                WritePlane(chroma[(chroma.Length / 2)..], chromaWidth, half, line, third);
            }

            if (image.IsFullRange)
            {
                RowKernels.FullRangeYuvToBgr(first, second, third);
            }
            else
            {
                RowKernels.YuvToBgr(first, second, third);
            }
        }
    }

    /// <summary>Writes one canvas row of one plane; without a detour where it is the plane's own samples or means of four of them.</summary>
    private void WritePlane(ReadOnlySpan<byte> plane, int width, (AxisTaps X, AxisTaps Y) taps, int line, Span<float> target)
    {
        var row = plane[((taps.Y.Starts[line] * width) + taps.X.Starts[0])..];
        if (taps is { X.Step: AxisStep.Copy, Y.Step: AxisStep.Copy })
        {
            RowKernels.Scale(row[..target.Length], 1, target);
        }
        else if (taps is { X.Step: AxisStep.Halving, Y.Step: AxisStep.Halving })
        {
            RowKernels.AverageFours(row[..(2 * target.Length)], row.Slice(width, 2 * target.Length), target);
        }
        else
        {
            RowKernels.Gather(MixRows(plane, width, 1, taps.X, taps.Y, line), 1, 0, taps.X, target);
        }
    }

    /// <summary>The weighted mean of the plane's rows that go into one canvas row, for the columns that the pass needs.</summary>
    private ReadOnlySpan<float> MixRows(ReadOnlySpan<byte> plane, int rowBytes, int pixelStride, AxisTaps x, AxisTaps y, int line)
    {
        var firstByte = x.Starts[0] * pixelStride;
        var byteCount = (x.Starts[^1] + x.TapsEach - x.Starts[0]) * pixelStride;
        if (_row.Length < byteCount + 4)
        {
            _row = new float[byteCount + 4];
        }

        var weights = y.WeightsOf(line);
        for (var tap = 0; tap < weights.Length; tap++)
        {
            var bytes = plane.Slice(((y.Starts[line] + tap) * rowBytes) + firstByte, byteCount);
            if (tap == 0)
            {
                RowKernels.Scale(bytes, weights[0], _row);
            }
            else if (weights[tap] != 0)
            {
                RowKernels.Add(bytes, weights[tap], _row);
            }
        }

        return _row;
    }

    /// <summary>Zeroes the row buffer: it holds pixels of the last image.</summary>
    public void Clear() => Array.Clear(_row);

    private readonly ref struct Planes(Span<float> blue, Span<float> green, Span<float> red, Pass pass)
    {
        public Span<float> Blue { get; } = blue;

        public Span<float> Green { get; } = green;

        public Span<float> Red { get; } = red;

        public Span<float> Row(Span<float> plane, int y) => plane.Slice(y * pass.Canvas.Width, pass.ContentWidth);

        public void PadBeyondContent(byte padding)
        {
            PadBeyondContent(Blue, padding);
            PadBeyondContent(Green, padding);
            PadBeyondContent(Red, padding);
        }

        private void PadBeyondContent(Span<float> plane, byte padding)
        {
            for (var y = 0; y < pass.ContentHeight && pass.ContentWidth < pass.Canvas.Width; y++)
            {
                plane[((y * pass.Canvas.Width) + pass.ContentWidth)..((y + 1) * pass.Canvas.Width)].Fill(padding);
            }

            plane[(pass.ContentHeight * pass.Canvas.Width)..].Fill(padding);
        }
    }
}
