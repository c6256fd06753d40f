using System.Buffers.Binary;
using System.IO.Compression;

namespace Gateway.Deidentification.Media.Containers;

/// <summary>
/// Which of the chunks that say what the colours mean a decoder should see. A file that says sRGB, or says so approximately, is decoded as it
/// stands: a conversion from "almost sRGB" would change values by one and break the promise that pixels outside masks are exact.
/// </summary>
internal readonly record struct PngColour(bool KeepsProfile, bool KeepsGamma, bool KeepsCodePoints)
{
    private const int ProfileBytesMax = 4 * 1024 * 1024;
    private const int SrgbGamma = 45_455;
    private const int Tolerance = 500;

    /// <summary>White point and primaries of sRGB in units of 1/100,000 as a cHRM chunk has them.</summary>
    private static ReadOnlySpan<int> SrgbPrimaries => [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000];

    /// <summary>Nothing to convert.</summary>
    public static PngColour Srgb => default;

    /// <summary>Reads the colour chunks of a file in the order of precedence of ISO/IEC 15948 clause 4.3.</summary>
    public static PngColour Read(ReadOnlySpan<byte> file)
    {
        bool saysSrgb = false, oddGamma = false, codePoints = false, profile = false;
        var chunks = new PngChunks(file);
        while (chunks.Read() && !chunks.Is("IDAT"u8))
        {
            codePoints |= chunks.Is("cICP"u8);
            saysSrgb |= chunks.Is("sRGB"u8);
            profile |= chunks.Is("iCCP"u8) && IsBounded(chunks.Data);
            oddGamma |= (chunks.Is("gAMA"u8) && !IsNear(chunks.Data, [SrgbGamma])) || (chunks.Is("cHRM"u8) && !IsNear(chunks.Data, SrgbPrimaries));
        }

        return codePoints ? new PngColour(false, false, true)
            : profile ? new PngColour(true, false, false)
            : new PngColour(false, oddGamma && !saysSrgb, false);
    }

    /// <summary>True when a decoder should see the current chunk.</summary>
    public bool Keeps(in PngChunks chunks) =>
        (KeepsCodePoints && chunks.Is("cICP"u8))
        || (KeepsProfile && chunks.Is("iCCP"u8))
        || (KeepsGamma && (chunks.Is("gAMA"u8) || chunks.Is("cHRM"u8)));

    private static bool IsNear(ReadOnlySpan<byte> data, ReadOnlySpan<int> expected)
    {
        if (data.Length != 4 * expected.Length)
        {
            return true;
        }

        var near = true;
        for (var i = 0; i < expected.Length; i++)
        {
            near &= Math.Abs(BinaryPrimitives.ReadUInt32BigEndian(data[(4 * i)..]) - (long)expected[i]) <= Tolerance;
        }

        return near;
    }

    /// <summary>A profile is compressed. One that unpacks beyond any honest profile is a bomb and is not shown to the decoder.</summary>
    private static bool IsBounded(ReadOnlySpan<byte> data)
    {
        // Name, zero byte, compression method, then zlib (clause 11.3.3.3).
        var name = data.IndexOf((byte)0);
        if (name < 0 || name + 2 > data.Length)
        {
            return false;
        }

        using var packed = new MemoryStream(data[(name + 2)..].ToArray());
        using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
        var sink = new byte[64 * 1024];
        var total = 0;
        try
        {
            for (int read; total <= ProfileBytesMax && (read = unpacked.Read(sink)) > 0;)
            {
                total += read;
            }
        }
        catch (InvalidDataException)
        {
            return false;
        }

        return total is > 0 and <= ProfileBytesMax;
    }
}
