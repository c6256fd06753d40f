namespace Gateway.Sealing.Signatures;

/// <summary>Lengths of DER encodings (ITU-T X.690 section 8.1.3) whose content is written elsewhere.</summary>
internal static class DerLength
{
    private const int ShortFormMax = 127;

    /// <summary>Length of tag, length and value together.</summary>
    public static int OfTlv(int valueLength) => 1 + OfLength(valueLength) + valueLength;

    /// <summary>Number of length octets.</summary>
    public static int OfLength(int valueLength) => valueLength switch
    {
        <= ShortFormMax => 1,
        <= 0xFF => 2,
        <= 0xFFFF => 3,
        <= 0xFF_FFFF => 4,
        _ => 5,
    };
}

/// <summary>Tags and lengths whose values follow later: an AsnWriter would have to hold the values to know their lengths.</summary>
internal sealed class DerHead
{
    private readonly List<byte> _bytes = new(64);

    public void Write(byte tag, int valueLength)
    {
        _bytes.Add(tag);
        var octets = DerLength.OfLength(valueLength) - 1;
        if (octets > 0)
        {
            _bytes.Add((byte)(0x80 | octets));
            for (var shift = 8 * (octets - 1); shift >= 0; shift -= 8)
            {
                _bytes.Add((byte)(valueLength >> shift));
            }
        }
        else
        {
            _bytes.Add((byte)valueLength);
        }
    }

    public void Write(ReadOnlySpan<byte> encoded) => _bytes.AddRange(encoded);

    public byte[] ToArray() => [.. _bytes];
}
