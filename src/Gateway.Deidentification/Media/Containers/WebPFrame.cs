using System.Buffers.Binary;

namespace Gateway.Deidentification.Media.Containers;

/// <summary>Size and kind of the picture inside a VP8 (RFC 6386 section 9.1) or VP8L (RFC 9649 section 3.4) chunk.</summary>
internal readonly record struct WebPFrame(int Width, int Height, bool HasAlpha, bool IsLossless)
{
    private const int LossyHeaderBytes = 10;
    private const int LosslessHeaderBytes = 5;
    private const byte LosslessSignature = 0x2F;

    /// <summary>True when the chunk holds a picture.</summary>
    public static bool IsFrame(in RiffChunks chunks) => chunks.Is("VP8 "u8) || chunks.Is("VP8L"u8);

    /// <summary>Reads the header of a picture; null when it is malformed.</summary>
    public static WebPFrame? Read(in RiffChunks chunks) => chunks.Is("VP8L"u8) ? ReadLossless(chunks.Data) : ReadLossy(chunks.Data);

    private static WebPFrame? ReadLossy(ReadOnlySpan<byte> data)
    {
        var isKeyFrame = data.Length >= LossyHeaderBytes && (data[0] & 1) == 0;
        if (!isKeyFrame || data[3..] is not [0x9D, 0x01, 0x2A, ..])
        {
            return null;
        }

        // The upper two bits of each are a scaling hint for viewers, not size.
        var width = BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF;
        var height = BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF;
        return new WebPFrame(width, height, HasAlpha: false, IsLossless: false);
    }

    private static WebPFrame? ReadLossless(ReadOnlySpan<byte> data)
    {
        if (data.Length < LosslessHeaderBytes || data[0] != LosslessSignature)
        {
            return null;
        }

        var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
        var version = bits >> 29;
        var hasAlpha = ((bits >> 28) & 1) == 1;
        return version == 0 ? new WebPFrame((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1, hasAlpha, IsLossless: true) : null;
    }
}
