using System.Buffers.Binary;

namespace Gateway.Deidentification.Tests.Media;

/// <summary>Puts bytes of fixtures together.</summary>
internal sealed class ByteWriter
{
    private readonly List<byte> _bytes = [];

    public ByteWriter Bytes(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public ByteWriter UInt16(int value, bool littleEndian = false)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(littleEndian ? BinaryPrimitives.ReverseEndianness((ushort)value) : value));
        return Bytes(bytes);
    }

    public ByteWriter UInt32(uint value, bool littleEndian = false)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, littleEndian ? BinaryPrimitives.ReverseEndianness(value) : value);
        return Bytes(bytes);
    }

    public byte[] ToArray() => [.. _bytes];
}
