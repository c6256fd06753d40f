using System.Runtime.CompilerServices;

namespace Gateway.Deidentification.Media.Containers;

/// <summary>
/// Collects the quantisation tables of a file and names the quality on the usual 1 to 100 scale whose tables are nowhere coarser. A table
/// may be defined more than once; the finest step seen counts.
/// </summary>
internal struct JpegQuantisation
{
    private const int Coefficients = 64;

    /// <summary>T.81 table K.1 in zigzag order.</summary>
    private static ReadOnlySpan<byte> Luma =>
    [
        16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
        56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
    ];

    /// <summary>T.81 table K.2 in zigzag order; the steps that are missing here are 99.</summary>
    private static ReadOnlySpan<byte> Chroma => [17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66];

    private FinestSteps _finest;

    /// <summary>Reads one DQT segment (T.81 B.2.4.1); false when it is malformed.</summary>
    public bool Add(ReadOnlySpan<byte> payload)
    {
        while (!payload.IsEmpty)
        {
            var wide = payload[0] >> 4;
            var table = payload[0] & 15;
            var length = 1 + (Coefficients << wide);
            if (wide > 1 || table > 3 || payload.Length < length)
            {
                return false;
            }

            Add(table, wide == 1, payload[1..length]);
            payload = payload[length..];
        }

        return true;
    }

    /// <summary>Lowest quality whose tables are nowhere coarser than the file's for these components.</summary>
    public readonly int QualityNotBelow(ReadOnlySpan<JpegComponent> components)
    {
        ReadOnlySpan<ushort> finest = _finest;
        // With four components (CMYK) the first is no brightness: every table must then be matched by both of ours.
        var separate = components.Length == 3;
        var quality = 1;
        for (var i = 0; i < components.Length; i++)
        {
            var steps = finest.Slice(components[i].Table * Coefficients, Coefficients);
            quality = separate || components.Length == 1
                ? RaiseUntilFineEnough(quality, steps, isLuma: i == 0)
                : RaiseUntilFineEnough(RaiseUntilFineEnough(quality, steps, isLuma: true), steps, isLuma: false);
        }

        return quality;
    }

    private void Add(int table, bool wide, ReadOnlySpan<byte> steps)
    {
        var finest = ((Span<ushort>)_finest).Slice(table * Coefficients, Coefficients);
        for (var i = 0; i < Coefficients; i++)
        {
            var step = (ushort)(wide ? (steps[2 * i] << 8) | steps[(2 * i) + 1] : steps[i]);
            finest[i] = finest[i] == 0 ? step : Math.Min(finest[i], step);
        }
    }

    private static int RaiseUntilFineEnough(int quality, ReadOnlySpan<ushort> source, bool isLuma)
    {
        while (quality < 100 && !IsFineEnough(quality, source, isLuma))
        {
            quality++;
        }

        return quality;
    }

    private static bool IsFineEnough(int quality, ReadOnlySpan<ushort> source, bool isLuma)
    {
        // The scale every encoder of the libjpeg family uses.
        var scale = quality < 50 ? 5000 / quality : 200 - (2 * quality);
        for (var i = 0; i < Coefficients; i++)
        {
            var standard = isLuma ? Luma[i] : i < Chroma.Length ? Chroma[i] : (byte)99;
            if (Math.Clamp(((standard * scale) + 50) / 100, 1, 255) > source[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The steps of four tables; on the stack, because a stream reads a header for every frame.</summary>
    [InlineArray(4 * Coefficients)]
    private struct FinestSteps
    {
        private ushort _first;
    }
}
