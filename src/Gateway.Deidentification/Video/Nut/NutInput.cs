using System.Buffers.Binary;

namespace Gateway.Deidentification.Video.Nut;

/// <summary>Reads the elements of NUT from a pipe. Every number is bounded by whoever asks for it.</summary>
internal sealed class NutInput(Stream input)
{
    private const int BufferBytes = 64 * 1024;
    private const int NumberBytesMax = 9;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _at;
    private int _end;

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>The next byte, or -1 at the end.</summary>
    public int ByteOrEnd()
    {
        if (_at == _end)
        {
            _end = input.Read(_buffer, 0, BufferBytes);
            _at = 0;
            if (_end == 0)
            {
                return -1;
            }
        }

        Position++;
        return _buffer[_at++];
    }

    /// <exception cref="InvalidDataException">The pipe ended.</exception>
    public byte Byte() => ByteOrEnd() is var value and >= 0 ? (byte)value : throw new InvalidDataException("the pipe ended inside a header or a frame");

    public ulong Number()
    {
        var value = 0UL;
        for (var index = 0; index < NumberBytesMax; index++)
        {
            var next = Byte();
            value = (value << 7) | (next & 0x7Fu);
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number is longer than 63 bits");
    }

    public int NumberUpTo(int max) => max >= 0 && Number() is var value && value <= (ulong)max ? (int)value : throw new InvalidDataException("a number is out of its range");

    public long Signed()
    {
        var value = Number() + 1;
        return (value & 1) == 0 ? (long)(value >> 1) : -(long)(value >> 1);
    }

    public void SkipNumbers(int count)
    {
        for (; count > 0; count--)
        {
            Number();
        }
    }

    public ulong StartCodeAfter(byte first)
    {
        var code = (ulong)first;
        for (var index = 0; index < 7; index++)
        {
            code = (code << 8) | Byte();
        }

        return code;
    }

    public uint UInt32()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        Read(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    public void Skip(long count)
    {
        for (; count > 0; count--)
        {
            Byte();
        }
    }

    /// <exception cref="InvalidDataException">The pipe ended.</exception>
    public void Read(Span<byte> bytes)
    {
        var buffered = Math.Min(bytes.Length, _end - _at);
        _buffer.AsSpan(_at, buffered).CopyTo(bytes);
        _at += buffered;
        Position += bytes.Length;
        for (var rest = bytes[buffered..]; rest.Length > 0;)
        {
            var got = input.Read(rest);
            if (got == 0)
            {
                throw new InvalidDataException("the pipe ended inside a header or a frame");
            }

            rest = rest[got..];
        }
    }

    /// <summary>Zeroes what is buffered: it holds parts of frames.</summary>
    public void Clear() => _buffer.AsSpan().Clear();
}
