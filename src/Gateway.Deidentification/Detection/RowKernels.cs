using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gateway.Deidentification.Detection;

/// <summary>The inner loops over one row, in portable vectors: the width is the machine's, the result is not.</summary>
internal static class RowKernels
{
    private static readonly YuvWeights VideoRange = new(16, 1.164384f, 2.017232f, 0.391762f, 0.812968f, 1.596027f);
    private static readonly YuvWeights FullRange = new(0, 1, 1.772f, 0.344136f, 0.714136f, 1.402f);

    /// <summary>row = weight × bytes.</summary>
    public static void Scale(ReadOnlySpan<byte> bytes, float weight, Span<float> row)
    {
        row = row[..bytes.Length];
        var index = 0;
        for (; index + Vector<byte>.Count <= bytes.Length; index += Vector<byte>.Count)
        {
            Widen(bytes[index..], out var first, out var second, out var third, out var fourth);
            var target = row.Slice(index, Vector<byte>.Count);
            (first * weight).CopyTo(target);
            (second * weight).CopyTo(target[Vector<float>.Count..]);
            (third * weight).CopyTo(target[(2 * Vector<float>.Count)..]);
            (fourth * weight).CopyTo(target[(3 * Vector<float>.Count)..]);
        }

        for (; index < bytes.Length; index++)
        {
            row[index] = weight * bytes[index];
        }
    }

    /// <summary>row = row + weight × bytes.</summary>
    public static void Add(ReadOnlySpan<byte> bytes, float weight, Span<float> row)
    {
        row = row[..bytes.Length];
        var index = 0;
        for (; index + Vector<byte>.Count <= bytes.Length; index += Vector<byte>.Count)
        {
            Widen(bytes[index..], out var first, out var second, out var third, out var fourth);
            AddTo(row[index..], first * weight);
            AddTo(row[(index + Vector<float>.Count)..], second * weight);
            AddTo(row[(index + (2 * Vector<float>.Count))..], third * weight);
            AddTo(row[(index + (3 * Vector<float>.Count))..], fourth * weight);
        }

        for (; index < bytes.Length; index++)
        {
            row[index] += weight * bytes[index];
        }
    }

    /// <summary>values = values × factor + offset.</summary>
    public static void Normalise(Span<float> values, float factor, float offset)
    {
        var (factors, offsets) = (new Vector<float>(factor), new Vector<float>(offset));
        var index = 0;
        for (; index + Vector<float>.Count <= values.Length; index += Vector<float>.Count)
        {
            ((new Vector<float>(values[index..]) * factors) + offsets).CopyTo(values[index..]);
        }

        for (; index < values.Length; index++)
        {
            values[index] = (values[index] * factor) + offset;
        }
    }

    /// <summary>The mean of two samples of one row and the two below them, for each sample of the target.</summary>
    public static void AverageFours(ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, Span<float> target)
    {
        lower = lower[..upper.Length];
        var (low, quarter) = (new Vector<ushort>(0xFF), new Vector<float>(0.25f));
        var index = 0;
        for (; index + Vector<ushort>.Count <= target.Length; index += Vector<ushort>.Count)
        {
            var above = Vector.AsVectorUInt16(new Vector<byte>(upper[(2 * index)..]));
            var below = Vector.AsVectorUInt16(new Vector<byte>(lower[(2 * index)..]));

            // Neighbours are the two halves of a 16-bit number, whichever comes first.
            Vector.Widen((above & low) + (above >>> 8) + (below & low) + (below >>> 8), out var first, out var second);
            (ToSingle(first) * quarter).CopyTo(target[index..]);
            (ToSingle(second) * quarter).CopyTo(target[(index + Vector<float>.Count)..]);
        }

        for (; index < target.Length; index++)
        {
            target[index] = 0.25f * (upper[2 * index] + upper[(2 * index) + 1] + lower[2 * index] + lower[(2 * index) + 1]);
        }
    }

    /// <summary>Takes one channel of a row apart: target[x] = sum of weight × row[(start + tap) × pixelStride + channel].</summary>
    public static void Gather(ReadOnlySpan<float> row, int pixelStride, int channel, AxisTaps taps, Span<float> target)
    {
        var first = taps.Starts[0];
        if (taps.IsCopy && pixelStride == 1)
        {
            row[..target.Length].CopyTo(target);
            return;
        }

        if (taps.Step == AxisStep.Doubling && pixelStride == 1)
        {
            Double(row, taps, target);
            return;
        }

        if (taps.TapsEach == 2)
        {
            GatherPairs(row[channel..], pixelStride, taps, 0, target);
            return;
        }

        for (var x = 0; x < target.Length; x++)
        {
            var at = ((taps.Starts[x] - first) * pixelStride) + channel;
            var sum = 0f;
            foreach (var weight in taps.WeightsOf(x))
            {
                sum += weight * row[at];
                at += pixelStride;
            }

            target[x] = sum;
        }
    }

    /// <summary>As <see cref="Gather"/> for the first three channels at once; the row must hold four numbers beyond its last pixel.</summary>
    public static void GatherThree(ReadOnlySpan<float> row, int pixelStride, AxisTaps taps, Span<float> target0, Span<float> target1, Span<float> target2)
    {
        var first = taps.Starts[0];
        for (var x = 0; x < target0.Length; x++)
        {
            var at = (taps.Starts[x] - first) * pixelStride;
            var sum = Vector128<float>.Zero;
            foreach (var weight in taps.WeightsOf(x))
            {
                sum += Vector128.Create(row.Slice(at, 4)) * weight;
                at += pixelStride;
            }

            target0[x] = sum.GetElement(0);
            target1[x] = sum.GetElement(1);
            target2[x] = sum.GetElement(2);
        }
    }

    /// <summary>Takes unscaled BGRA pixels apart.</summary>
    public static void SplitBgra(ReadOnlySpan<byte> pixels, Span<float> blue, Span<float> green, Span<float> red)
    {
        var words = MemoryMarshal.Cast<byte, uint>(pixels);
        var mask = new Vector<uint>(0xFF);
        var index = 0;
        for (; index + Vector<uint>.Count <= words.Length; index += Vector<uint>.Count)
        {
            var four = new Vector<uint>(words[index..]);
            ToSingle(four & mask).CopyTo(blue[index..]);
            ToSingle((four >>> 8) & mask).CopyTo(green[index..]);
            ToSingle((four >>> 16) & mask).CopyTo(red[index..]);
        }

        for (; index < words.Length; index++)
        {
            blue[index] = words[index] & 0xFF;
            green[index] = (words[index] >> 8) & 0xFF;
            red[index] = (words[index] >> 16) & 0xFF;
        }
    }

    /// <summary>
    /// Turns Y, U, V of video (BT.601, Y 16..235, U and V 16..240) into B, G, R of 0..255 in place. Raw frames carry no colour description;
    /// video range is what cameras and decoders deliver as I420 and NV12. A full-range frame comes out with more contrast, which a
    /// detector tolerates; the other mistake would wash out dark faces.
    /// </summary>
    public static void YuvToBgr(Span<float> first, Span<float> second, Span<float> third) => ToBgr(first, second, third, VideoRange);

    /// <summary>Turns Y, U, V of JPEG (BT.601, all of 0..255, Rec. ITU-T T.871 clause 7) into B, G, R of 0..255 in place.</summary>
    public static void FullRangeYuvToBgr(Span<float> first, Span<float> second, Span<float> third) => ToBgr(first, second, third, FullRange);

    private static void ToBgr(Span<float> first, Span<float> second, Span<float> third, YuvWeights weights)
    {
        var (black, luma, middle) = (new Vector<float>(weights.Black), new Vector<float>(weights.Luma), new Vector<float>(128));
        var (blueFromU, redFromV) = (new Vector<float>(weights.BlueFromU), new Vector<float>(weights.RedFromV));
        var (greenFromU, greenFromV) = (new Vector<float>(weights.GreenFromU), new Vector<float>(weights.GreenFromV));
        second = second[..first.Length];
        third = third[..first.Length];
        var index = 0;
        for (; index + Vector<float>.Count <= first.Length; index += Vector<float>.Count)
        {
            var y = (new Vector<float>(first[index..]) - black) * luma;
            var u = new Vector<float>(second[index..]) - middle;
            var v = new Vector<float>(third[index..]) - middle;
            Clamp(y + (u * blueFromU)).CopyTo(first[index..]);
            Clamp(y - (u * greenFromU) - (v * greenFromV)).CopyTo(second[index..]);
            Clamp(y + (v * redFromV)).CopyTo(third[index..]);
        }

        for (; index < first.Length; index++)
        {
            var y = (first[index] - weights.Black) * weights.Luma;
            var (u, v) = (second[index] - 128, third[index] - 128);
            first[index] = Math.Clamp(y + (u * weights.BlueFromU), 0, 255);
            second[index] = Math.Clamp(y - (u * weights.GreenFromU) - (v * weights.GreenFromV), 0, 255);
            third[index] = Math.Clamp(y + (v * weights.RedFromV), 0, 255);
        }
    }

    /// <summary>Interpolation at quarters: chroma of every unscaled frame comes this way. The first and last two samples may lack a neighbour.</summary>
    private static void Double(ReadOnlySpan<float> row, AxisTaps taps, Span<float> target)
    {
        var (near, far) = (new Vector<float>(0.75f), new Vector<float>(0.25f));
        var ends = Math.Min(2, target.Length);
        GatherPairs(row, 1, taps, 0, target[..ends]);
        var x = ends;
        for (; x + (2 * Vector<float>.Count) <= target.Length - 2; x += 2 * Vector<float>.Count)
        {
            var left = row[(taps.Starts[x] - taps.Starts[0])..];
            var own = new Vector<float>(left[1..]) * near;
            var even = Vector.AsVectorUInt32((new Vector<float>(left) * far) + own);
            var odd = Vector.AsVectorUInt32(own + (new Vector<float>(left[2..]) * far));

            // Two numbers side by side are one of twice the bits.
            Vector.Widen(even, out var evenLow, out var evenHigh);
            Vector.Widen(odd, out var oddLow, out var oddHigh);
            Interleave(evenLow, oddLow).CopyTo(target[x..]);
            Interleave(evenHigh, oddHigh).CopyTo(target[(x + Vector<float>.Count)..]);
        }

        GatherPairs(row, 1, taps, x, target[x..]);
    }

    private static Vector<float> Interleave(Vector<ulong> first, Vector<ulong> second) =>
        Vector.AsVectorSingle(BitConverter.IsLittleEndian ? first | (second << 32) : (first << 32) | second);

    /// <summary>Interpolation anywhere needs two samples each.</summary>
    private static void GatherPairs(ReadOnlySpan<float> row, int pixelStride, AxisTaps taps, int from, Span<float> target)
    {
        var starts = taps.Starts.AsSpan(from, target.Length);
        var weights = taps.Weights.AsSpan(2 * from, 2 * target.Length);
        var first = taps.Starts[0];
        for (var x = 0; x < starts.Length; x++)
        {
            var at = (starts[x] - first) * pixelStride;
            target[x] = (weights[2 * x] * row[at]) + (weights[(2 * x) + 1] * row[at + pixelStride]);
        }
    }

    private static Vector<float> Clamp(Vector<float> value) => Vector.Min(Vector.Max(value, Vector<float>.Zero), new Vector<float>(255));

    private static Vector<float> ToSingle(Vector<uint> value) => Vector.ConvertToSingle(Vector.AsVectorInt32(value));

    private static void AddTo(Span<float> row, Vector<float> addend) => (new Vector<float>(row) + addend).CopyTo(row);

    private static void Widen(ReadOnlySpan<byte> bytes, out Vector<float> first, out Vector<float> second, out Vector<float> third, out Vector<float> fourth)
    {
        Vector.Widen(new Vector<byte>(bytes), out var low, out var high);
        Vector.Widen(low, out var a, out var b);
        Vector.Widen(high, out var c, out var d);
        (first, second, third, fourth) = (ToSingle(a), ToSingle(b), ToSingle(c), ToSingle(d));
    }

    private sealed record YuvWeights(float Black, float Luma, float BlueFromU, float GreenFromU, float GreenFromV, float RedFromV);
}
