using System.Buffers.Binary;

namespace Gateway.Deidentification.Media.Containers;

/// <summary>Walks the chunks of a WebP file (RFC 9649 section 2) up to the length its RIFF header states. What follows is never reached.</summary>
internal ref struct RiffChunks
{
    private const int FileHeaderBytes = 12;
    private const int ChunkHeaderBytes = 8;

    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts behind the file header.</summary>
    public RiffChunks(ReadOnlySpan<byte> file)
    {
        if (!IsWebP(file))
        {
            return;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L;
        Truncated = length > file.Length;
        _rest = Truncated || length < FileHeaderBytes ? default : file[FileHeaderBytes..(int)length];
    }

    /// <summary>True when a length field reaches beyond the bytes.</summary>
    public bool Truncated { get; private set; }

    /// <summary>Type of the current chunk, four letters.</summary>
    public ReadOnlySpan<byte> Type { get; private set; }

    /// <summary>Its data, without padding.</summary>
    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>True when a file begins as WebP does.</summary>
    public static bool IsWebP(ReadOnlySpan<byte> file) =>
        file.Length >= FileHeaderBytes && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8);

    /// <summary>Moves to the next chunk; false at the end.</summary>
    public bool Read()
    {
        if (_rest.Length < ChunkHeaderBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(_rest[4..]);
        Truncated = length > (uint)(_rest.Length - ChunkHeaderBytes);
        if (Truncated)
        {
            return false;
        }

        Type = _rest[..4];
        Data = _rest.Slice(ChunkHeaderBytes, (int)length);

        // A chunk of odd length is followed by one byte of padding, which some writers leave out at the very end.
        var whole = ChunkHeaderBytes + (int)length + ((int)length & 1);
        _rest = whole < _rest.Length ? _rest[whole..] : default;
        return true;
    }

    /// <summary>True when the current chunk has this type.</summary>
    public readonly bool Is(ReadOnlySpan<byte> type) => Type.SequenceEqual(type);
}
