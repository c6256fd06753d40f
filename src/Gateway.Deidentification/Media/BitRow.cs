using System.Numerics;

namespace Gateway.Deidentification.Media;

/// <summary>Questions about one row of a picture of bits, 64 in a word, the first one lowest.</summary>
internal static class BitRow
{
    /// <summary>Words that a row of so many bits takes.</summary>
    public static int WordsOf(int bits) => (bits + 63) / 64;

    /// <summary>Sets the bits from one on up to, and without, another.</summary>
    public static void Set(Span<ulong> row, int start, int end)
    {
        for (var word = start >> 6; word << 6 < end; word++)
        {
            var (from, to) = (Math.Max(0, start - (word << 6)), Math.Min(64, end - (word << 6)));
            row[word] |= (ulong.MaxValue << from) & (ulong.MaxValue >> (64 - to));
        }
    }

    /// <summary>Finds the next run of set bits.</summary>
    /// <param name="row">The row.</param>
    /// <param name="bits">How many bits it has.</param>
    /// <param name="end">Before: where to begin. After: the bit after the run.</param>
    /// <param name="start">First bit of the run.</param>
    public static bool NextRun(ReadOnlySpan<ulong> row, int bits, ref int end, out int start)
    {
        start = Next(row, bits, end, isSet: true);
        end = start < bits ? Next(row, bits, start, isSet: false) : bits;
        return start < bits;
    }

    private static int Next(ReadOnlySpan<ulong> row, int bits, int from, bool isSet)
    {
        while (from < bits)
        {
            var rest = (isSet ? row[from >> 6] : ~row[from >> 6]) >> (from & 63);
            if (rest != 0)
            {
                return Math.Min(from + BitOperations.TrailingZeroCount(rest), bits);
            }

            from = (from | 63) + 1;
        }

        return bits;
    }
}
