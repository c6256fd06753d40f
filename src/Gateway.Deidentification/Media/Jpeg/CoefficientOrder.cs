using System.Numerics;
using System.Runtime.Intrinsics;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>
/// Where the coefficients of a block are kept. A file has them in zigzag order (T.81 figure A.6). The transforms want them column by column:
/// then one transposition between the two passes is enough, and the result comes out row by row.
/// </summary>
internal static class CoefficientOrder
{
    public const int Count = 64;

    /// <summary>Place in column order of each zigzag position: 8 × horizontal + vertical frequency.</summary>
    public static ReadOnlySpan<byte> Columns =>
    [
        0, 8, 1, 2, 9, 16, 24, 17, 10, 3, 4, 11, 18, 25, 32, 40, 33, 26, 19, 12, 5, 6, 13, 20, 27, 34, 41, 48, 56, 49, 42, 35,
        28, 21, 14, 7, 15, 22, 29, 36, 43, 50, 57, 58, 51, 44, 37, 30, 23, 31, 38, 45, 52, 59, 60, 53, 46, 39, 47, 54, 61, 62, 55, 63,
    ];

    /// <summary>Zigzag order itself, for blocks that are only copied.</summary>
    public static ReadOnlySpan<byte> ZigZag =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
        32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63,
    ];

    /// <summary>Zigzag position of each place in column order: <see cref="Columns"/> the other way round.</summary>
    private static ReadOnlySpan<byte> Positions =>
    [
        0, 2, 3, 9, 10, 20, 21, 35, 1, 4, 8, 11, 19, 22, 34, 36, 5, 7, 12, 18, 23, 33, 37, 48, 6, 13, 17, 24, 32, 38, 47, 49,
        14, 16, 25, 31, 39, 46, 50, 57, 15, 26, 30, 40, 45, 51, 56, 58, 27, 29, 41, 44, 52, 55, 59, 62, 28, 42, 43, 53, 54, 60, 61, 63,
    ];

    /// <summary>Brings a block from column order into zigzag order. Few coefficients of a fill are not zero, and only these are moved.</summary>
    public static void ToZigZag(ReadOnlySpan<short> columns, Span<short> zigZag)
    {
        zigZag = zigZag[..Count];
        zigZag.Clear();
        for (var left = NonZero(columns); left != 0; left &= left - 1)
        {
            var at = BitOperations.TrailingZeroCount(left);
            zigZag[Positions[at]] = columns[at];
        }
    }

    /// <summary>One bit for each of 64 coefficients that is not zero.</summary>
    public static ulong NonZero(ReadOnlySpan<short> block)
    {
        var zeros = 0UL;
        for (var at = 0; at < Count; at += 16)
        {
            var isZero = Vector256.Equals(Vector256.Create(block.Slice(at, 16)), Vector256<short>.Zero);
            zeros |= (ulong)isZero.ExtractMostSignificantBits() << at;
        }

        return ~zeros;
    }
}
