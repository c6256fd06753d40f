using System.Numerics;
using System.Runtime.CompilerServices;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>Writes the coefficients of one block (T.81 F.1.2).</summary>
internal static class BlockWriter
{
    /// <summary>Most bytes a block takes: 64 codes of 27 bits, and one pending word.</summary>
    public const int BytesMax = 256;

    private const byte EndOfBlock = 0x00;
    private const byte SixteenZeros = 0xF0;

    /// <summary>Appends a block. False where a table has no code for something in it; the block is then half written.</summary>
    /// <param name="writer">Where to append.</param>
    /// <param name="buffer">Its buffer with <see cref="BytesMax"/> bytes left.</param>
    /// <param name="block">64 coefficients in zigzag order.</param>
    /// <param name="predictor">DC of the block before; advanced.</param>
    /// <param name="dc">Table of the DC difference.</param>
    /// <param name="ac">Table of the other coefficients.</param>
    public static bool TryWrite(
        ref BitWriter writer, Span<byte> buffer, ReadOnlySpan<short> block, ref int predictor, HuffmanTable dc, HuffmanTable ac)
    {
        // A copy of its own: the compiler keeps it in registers, which it cannot do with what others may see.
        var bits = writer;
        var isWhole = TryPut(ref bits, buffer, dc.Codes, 0, block[0] - predictor);
        predictor = block[0];
        var codes = ac.Codes;
        var last = 0;
        for (var left = CoefficientOrder.NonZero(block) & ~1UL; left != 0; left &= left - 1)
        {
            var k = BitOperations.TrailingZeroCount(left);
            var run = k - last - 1;
            for (; run > 15; run -= 16)
            {
                isWhole &= TryPut(ref bits, buffer, codes[SixteenZeros]);
            }

            isWhole &= TryPut(ref bits, buffer, codes, run << 4, block[k]);
            last = k;
        }

        if (last < CoefficientOrder.Count - 1)
        {
            isWhole &= TryPut(ref bits, buffer, codes[EndOfBlock]);
        }

        writer = bits;
        return isWhole;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryPut(ref BitWriter writer, Span<byte> buffer, uint code)
    {
        if (code == 0)
        {
            return false;
        }

        writer.Put(buffer, code >> 8, (int)(code & 0xFF));
        return true;
    }

    /// <summary>Appends the code of a run and a size, and the bits of the value (T.81 figures F.4 to F.6).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryPut(ref BitWriter writer, Span<byte> buffer, uint[] codes, int run, int value)
    {
        var sign = value >> 31;
        var size = 32 - BitOperations.LeadingZeroCount((uint)((value ^ sign) - sign));
        var code = size > HuffmanTable.DcSizeMax ? 0 : codes[run | size];
        if (code == 0)
        {
            return false;
        }

        var bits = (uint)(value + sign) & ((1u << size) - 1);
        writer.Put(buffer, ((code >> 8) << size) | bits, (int)(code & 0xFF) + size);
        return true;
    }
}
