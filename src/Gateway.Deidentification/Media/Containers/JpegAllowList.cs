namespace Gateway.Deidentification.Media.Containers;

/// <summary>Keeps of a JPEG file: tables, frame, scans, restart intervals, and the colour transform in APP0 or APP14, written anew.</summary>
internal static class JpegAllowList
{
    private const int JfifBytesMin = 14;
    private const int AdobeBytesMin = 12;

    /// <summary>JFIF 1.02, square pixels, no thumbnail (Rec. ITU-T T.871 clause 10.1).</summary>
    public static ReadOnlySpan<byte> Jfif => [(byte)'J', (byte)'F', (byte)'I', (byte)'F', 0, 1, 2, 0, 0, 1, 0, 1, 0, 0];

    /// <summary>The Adobe segment up to its last byte, the colour transform.</summary>
    private static ReadOnlySpan<byte> Adobe => [(byte)'A', (byte)'d', (byte)'o', (byte)'b', (byte)'e', 0, 100, 0, 0, 0, 0];

    /// <summary>Writes the allowed parts; false when the file does not end with EOI.</summary>
    public static bool Rebuild(ReadOnlySpan<byte> file, ContainerUse use, ScrubbedBuffer rebuilt)
    {
        rebuilt.Write([0xFF, JpegMarker.Soi]);
        var segments = new JpegSegments(file);
        while (segments.Read())
        {
            switch (segments.Marker)
            {
                case JpegMarker.Dqt or JpegMarker.Dht or JpegMarker.Dri or JpegMarker.Sos:
                case var marker when JpegMarker.IsStartOfFrame(marker):
                    WriteSegment(rebuilt, segments.Marker, segments.Payload);
                    rebuilt.Write(segments.Entropy);
                    break;

                // APP0 and APP14 decide how components become colours, so they stay as statements but never as bytes: a JFIF segment may
                // carry a thumbnail of the face.
                case JpegMarker.App0 when segments.Payload.Length >= JfifBytesMin && segments.Payload.StartsWith("JFIF\0"u8):
                    WriteSegment(rebuilt, JpegMarker.App0, Jfif);
                    break;
                case JpegMarker.App14 when segments.Payload.Length >= AdobeBytesMin && segments.Payload.StartsWith("Adobe"u8):
                    WriteSegment(rebuilt, JpegMarker.App14, [.. Adobe, segments.Payload[11]]);
                    break;
                case JpegMarker.App2 when use == ContainerUse.Decoding && segments.Payload.StartsWith("ICC_PROFILE\0"u8):
                    WriteSegment(rebuilt, JpegMarker.App2, segments.Payload);
                    break;
            }
        }

        rebuilt.Write([0xFF, JpegMarker.Eoi]);
        return segments.Ended;
    }

    private static void WriteSegment(ScrubbedBuffer rebuilt, byte marker, ReadOnlySpan<byte> payload)
    {
        rebuilt.Write([0xFF, marker]);
        rebuilt.WriteUInt16BigEndian(payload.Length + 2);
        rebuilt.Write(payload);
    }
}
