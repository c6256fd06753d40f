using System.Buffers.Binary;

namespace Gateway.Deidentification.Video.Nut;

/// <summary>A header in the making; short and of known content, so its room is fixed.</summary>
internal sealed class NutPacket
{
    private readonly byte[] _bytes = new byte[256];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public NutPacket Byte(byte value)
    {
        _bytes[_length++] = value;
        return this;
    }

    public NutPacket Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
        return this;
    }

    /// <summary>Seven bits a byte, most significant first, the top bit set on all but the last.</summary>
    public NutPacket Number(ulong value)
    {
        for (var shift = (63 - System.Numerics.BitOperations.LeadingZeroCount(value | 1)) / 7 * 7; shift > 0; shift -= 7)
        {
            Byte((byte)(0x80 | (value >> shift)));
        }

        return Byte((byte)(value & 0x7F));
    }

    /// <summary>Appends the checksum of everything written so far.</summary>
    public void Checksum()
    {
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(_length), NutChecksum.Of(Written));
        _length += sizeof(uint);
    }
}
