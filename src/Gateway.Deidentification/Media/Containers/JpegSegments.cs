using System.Buffers.Binary;

namespace Gateway.Deidentification.Media.Containers;

/// <summary>
/// Walks a JPEG file marker by marker up to the first EOI. What follows EOI (second images, trailers) is never reached, and the thumbnail
/// inside an APP1 is passed over by its length.
/// </summary>
internal ref struct JpegSegments
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts behind SOI.</summary>
    public JpegSegments(ReadOnlySpan<byte> file)
    {
        var startsRight = file.Length >= 2 && file[0] == 0xFF && file[1] == JpegMarker.Soi;
        _rest = startsRight ? file[2..] : default;
    }

    /// <summary>Marker code of the current segment.</summary>
    public byte Marker { get; private set; }

    /// <summary>Its parameters, without the length.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>After SOS: the entropy-coded data with its restart markers. Else empty.</summary>
    public ReadOnlySpan<byte> Entropy { get; private set; }

    /// <summary>True when EOI was read: only then the file was whole.</summary>
    public bool Ended { get; private set; }

    /// <summary>True when a length field contradicted T.81 B.1.1.4.</summary>
    public bool Malformed { get; private set; }

    /// <summary>Moves to the next segment; false at EOI, at the end of the bytes and at nonsense.</summary>
    public bool Read()
    {
        Entropy = default;
        Payload = default;
        if (Ended || !ReadMarker())
        {
            return false;
        }

        if (JpegMarker.StandsAlone(Marker))
        {
            Ended = Marker == JpegMarker.Eoi;
            return !Ended;
        }

        return ReadPayload() && (Marker != JpegMarker.Sos || ReadEntropy());
    }

    /// <summary>Stray bytes before a marker are passed over as decoders do; they are not in what is rebuilt.</summary>
    private bool ReadMarker()
    {
        var at = _rest.IndexOf((byte)0xFF);
        while (at >= 0 && at + 1 < _rest.Length && _rest[at + 1] is 0xFF or 0x00)
        {
            var next = _rest[(at + 1)..].IndexOf((byte)0xFF);
            at = next < 0 ? -1 : at + 1 + next;
        }

        if (at < 0 || at + 1 >= _rest.Length)
        {
            _rest = default;
            return false;
        }

        Marker = _rest[at + 1];
        _rest = _rest[(at + 2)..];
        return true;
    }

    private bool ReadPayload()
    {
        if (_rest.Length < 2)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(_rest);
        Malformed = length < 2 || Marker == JpegMarker.Soi;
        if (Malformed || length > _rest.Length)
        {
            return false;
        }

        Payload = _rest[2..length];
        _rest = _rest[length..];
        return true;
    }

    /// <summary>Runs to the next marker that is neither a stuffed byte nor a restart (T.81 B.1.1.5); none means the file was cut.</summary>
    private bool ReadEntropy()
    {
        for (var at = _rest.IndexOf((byte)0xFF); at >= 0 && at + 1 < _rest.Length;)
        {
            var code = _rest[at + 1];
            if (code is not (0x00 or 0xFF or (>= JpegMarker.Rst0 and <= JpegMarker.Rst7)))
            {
                Entropy = _rest[..at];
                _rest = _rest[at..];
                return true;
            }

            var skip = code == 0xFF ? 1 : 2;
            var next = _rest[(at + skip)..].IndexOf((byte)0xFF);
            at = next < 0 ? -1 : at + skip + next;
        }

        return false;
    }
}
