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

    /// <summary>Brings a block from column order into zigzag order.</summary>
    public static void ToZigZag(ReadOnlySpan<short> columns, Span<short> zigZag)
    {
        var order = Columns;
        for (var k = 0; k < order.Length; k++)
        {
            zigZag[k] = columns[order[k]];
        }
    }
}
