using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>Reads the coefficients of one block (T.81 F.2.2). Most of the time of a decoder is spent here.</summary>
internal static class BlockReader
{
    /// <summary>The answer where the bits are no block.</summary>
    public const int Invalid = -1;

    /// <summary>DC values of 8-bit samples, so that the difference between any two can be written.</summary>
    private const int DcMin = -1024;
    private const int DcRange = 2048;

    /// <summary>Takes one block from the window. The answer is the last zigzag position that was written, 0 for DC alone.</summary>
    /// <param name="window">Where to read; advanced.</param>
    /// <param name="data">The coded data with <see cref="EntropyData.PaddingBytes"/> behind it.</param>
    /// <param name="dc">Table of the DC difference.</param>
    /// <param name="ac">Table of the other coefficients.</param>
    /// <param name="predictor">DC of the block before; advanced.</param>
    /// <param name="order">Where each zigzag position goes in the block.</param>
    /// <param name="block">64 coefficients, zero before.</param>
    /// <remarks>
    /// Reads and writes are not checked one by one. They stay inside because: a look-up has as many entries as the bits that are shifted out
    /// can say; <c>k</c> is at most 63 when it is used; and the position in the data is checked after every MCU, which is shorter than the
    /// zeros behind it. Measured: the checks cost a tenth of a decode.
    /// </remarks>
    public static int Read(
        ref BitWindow window, ref byte data, HuffmanTable dc, HuffmanTable ac, ref int predictor, ref byte order, ref short block)
    {
        var (bits, count, at) = (window.Bits, window.Count, window.At);
        Fill(ref bits, ref count, ref at, ref data);
        var entry = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(dc.Lookup), (nint)(bits >> (64 - HuffmanTable.DcBits)));
        if (entry == 0 && (entry = dc.Search(bits)) == 0)
        {
            return Invalid;
        }

        predictor += Take(entry, ref bits, ref count);
        if ((uint)(predictor - DcMin) >= DcRange)
        {
            return Invalid;
        }

        block = (short)predictor;
        ref var lookup = ref MemoryMarshal.GetArrayDataReference(ac.Lookup);
        var k = 0;
        while (k < CoefficientOrder.Count - 1)
        {
            if (count < 32)
            {
                Fill(ref bits, ref count, ref at, ref data);
            }

            entry = Unsafe.Add(ref lookup, (nint)(bits >> (64 - HuffmanTable.AcBits)));
            if (entry == 0 && (entry = ac.Search(bits)) == 0)
            {
                return Invalid;
            }

            var value = Take(entry, ref bits, ref count);
            var forward = (int)(entry >> 8) & 0xFF;
            if (forward == HuffmanTable.EndOfBlock)
            {
                break;
            }

            k += forward;
            if (k >= CoefficientOrder.Count)
            {
                return Invalid;
            }

            Unsafe.Add(ref block, (nint)Unsafe.Add(ref order, k)) = (short)value;
        }

        (window.Bits, window.Count, window.At) = (bits, count, at);
        return k;
    }

    /// <summary>Fills the window up to at least 56 bits: two of the longest codes with their values need 54.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Fill(ref ulong bits, ref int count, ref int at, ref byte data)
    {
        var next = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref data, at));
        bits |= (BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(next) : next) >> count;
        at += (63 - count) >> 3;
        count |= 56;
    }

    /// <summary>Takes a code, and the bits of its value where they are not part of the entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Take(uint entry, ref ulong bits, ref int count)
    {
        var length = (int)(entry & 0x7F);
        bits <<= length;
        count -= length;
        var value = (int)entry >> 16;
        if ((entry & HuffmanTable.ValueFollows) == 0)
        {
            return value;
        }

        var size = value;
        value = (int)(bits >> (64 - size));
        bits <<= size;
        count -= size;
        return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
    }
}
