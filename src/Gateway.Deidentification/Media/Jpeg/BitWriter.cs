using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>Appends bits to a buffer, the first of a byte at its top.</summary>
internal struct BitWriter
{
    private ulong _pending;
    private int _count;
    private int _at;

    /// <summary>Whole bytes written.</summary>
    public readonly int At => _at;

    /// <summary>Appends 1 to 32 bits; those above them in <paramref name="value"/> must be zero. Four bytes of the buffer must be left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(Span<byte> buffer, uint value, int length)
    {
        _count += length;
        _pending |= (ulong)value << (64 - _count);
        if (_count >= 32)
        {
            BinaryPrimitives.WriteUInt32BigEndian(buffer.Slice(_at, 4), (uint)(_pending >> 32));
            _at += 4;
            _pending <<= 32;
            _count -= 32;
        }
    }

    /// <summary>Appends a run of bits of other data, which must have eight bytes behind its last.</summary>
    public void Copy(Span<byte> buffer, ReadOnlySpan<byte> data, uint from, uint to)
    {
        for (; to - from >= 32; from += 32)
        {
            Put(buffer, (uint)(Next(data, from) >> 32), 32);
        }

        var rest = (int)(to - from);
        if (rest > 0)
        {
            Put(buffer, (uint)(Next(data, from) >> (64 - rest)), rest);
        }
    }

    /// <summary>Fills the last byte with ones (T.81 F.1.2.3) and writes what is pending. The answer is the number of bytes.</summary>
    public int Finish(Span<byte> buffer)
    {
        var padding = -_count & 7;
        if (padding > 0)
        {
            Put(buffer, (1u << padding) - 1, padding);
        }

        for (; _count > 0; _count -= 8, _pending <<= 8)
        {
            buffer[_at++] = (byte)(_pending >> 56);
        }

        return _at;
    }

    private static ulong Next(ReadOnlySpan<byte> data, uint position) =>
        BinaryPrimitives.ReadUInt64BigEndian(data[(int)(position >> 3)..]) << (int)(position & 7);
}
