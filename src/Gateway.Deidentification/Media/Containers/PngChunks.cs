using System.Buffers.Binary;

namespace Gateway.Deidentification.Media.Containers;

/// <summary>Walks a PNG file chunk by chunk up to IEND (ISO/IEC 15948 clause 5.3). What follows IEND is never reached.</summary>
internal ref struct PngChunks
{
    /// <summary>Length, type and checksum of a chunk.</summary>
    private const int FrameBytes = 12;

    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts behind the signature.</summary>
    public PngChunks(ReadOnlySpan<byte> file)
    {
        _rest = file.StartsWith(Signature) ? file[Signature.Length..] : default;
    }

    /// <summary>The eight bytes every PNG begins with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Type of the current chunk, four letters.</summary>
    public ReadOnlySpan<byte> Type => Whole.Slice(4, 4);

    /// <summary>Its data.</summary>
    public ReadOnlySpan<byte> Data => Whole[8..^4];

    /// <summary>The chunk as it stands in the file, with length and checksum.</summary>
    public ReadOnlySpan<byte> Whole { get; private set; }

    /// <summary>True when IEND was read: only then the file was whole.</summary>
    public bool Ended { get; private set; }

    /// <summary>Moves to the next chunk; false after IEND and where the bytes end early.</summary>
    public bool Read()
    {
        if (Ended || _rest.Length < FrameBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(_rest);
        if (length > (uint)(_rest.Length - FrameBytes))
        {
            return false;
        }

        Whole = _rest[..((int)length + FrameBytes)];
        _rest = _rest[Whole.Length..];
        Ended = Is("IEND"u8);
        return true;
    }

    /// <summary>True when the current chunk has this type.</summary>
    public readonly bool Is(ReadOnlySpan<byte> type) => Whole.Slice(4, 4).SequenceEqual(type);
}
