using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>Writes a coded block again with other tables, code by code: no coefficient leaves the registers, and none can change.</summary>
internal static class BlockTranscoder
{
    /// <summary>Copies one block. False where the bits are no block, or the other tables lack a code; the block is then half written.</summary>
    /// <param name="window">Where to read; advanced.</param>
    /// <param name="data">The coded data with <see cref="EntropyData.PaddingBytes"/> behind it.</param>
    /// <param name="from">Tables it is coded with: of the DC difference, and of the other coefficients.</param>
    /// <param name="writer">Where to append.</param>
    /// <param name="buffer">Its buffer with <see cref="BlockWriter.BytesMax"/> bytes left.</param>
    /// <param name="to">Tables to write it with.</param>
    /// <remarks>Reads are checked as those of <see cref="BlockReader"/>: by the block's length, and by the position after every MCU.</remarks>
    public static bool TryCopy(
        ref BitWindow window, ref byte data, (HuffmanTable Dc, HuffmanTable Ac) from, ref BitWriter writer, Span<byte> buffer, (HuffmanTable Dc, HuffmanTable Ac) to)
    {
        // Copies of their own: the compiler keeps them in registers.
        var (bits, count, at, target) = (window.Bits, window.Count, window.At, writer);
        BlockReader.Fill(ref bits, ref count, ref at, ref data);
        var entry = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(from.Dc.Lookup), (nint)(bits >> (64 - HuffmanTable.DcBits)));
        if (entry == 0 && (entry = from.Dc.Search(bits)) == 0)
        {
            return false;
        }

        var isWhole = BlockWriter.TryPut(ref target, buffer, to.Dc.Codes, 0, BlockReader.Take(entry, ref bits, ref count));
        ref var lookup = ref MemoryMarshal.GetArrayDataReference(from.Ac.Lookup);
        var codes = to.Ac.Codes;
        for (var k = 0; k < CoefficientOrder.Count - 1;)
        {
            if (count < 32)
            {
                BlockReader.Fill(ref bits, ref count, ref at, ref data);
            }

            entry = Unsafe.Add(ref lookup, (nint)(bits >> (64 - HuffmanTable.AcBits)));
            if (entry == 0 && (entry = from.Ac.Search(bits)) == 0)
            {
                return false;
            }

            var value = BlockReader.Take(entry, ref bits, ref count);
            var forward = (int)(entry >> 8) & 0xFF;
            if (forward == HuffmanTable.EndOfBlock)
            {
                isWhole &= BlockWriter.TryPut(ref target, buffer, codes, 0, 0);
                break;
            }

            // Sixteen zeros are a run of fifteen and a zero: one code as well.
            k += forward;
            isWhole &= k < CoefficientOrder.Count && BlockWriter.TryPut(ref target, buffer, codes, (forward - 1) << 4, value);
        }

        (window.Bits, window.Count, window.At, writer) = (bits, count, at, target);
        return isWhole;
    }
}
