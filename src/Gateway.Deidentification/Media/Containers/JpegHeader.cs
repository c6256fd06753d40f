namespace Gateway.Deidentification.Media.Containers;

/// <summary>Reads what must be known about a JPEG file before a decoder may see it, by walking all its markers once.</summary>
internal static class JpegHeader
{
    /// <summary>
    /// Honest progressive files have about 10 scans, at most 4 components x 64 bands in theory. Each scan costs a pass over all blocks, so
    /// a small file of many empty scans would keep a core busy for minutes.
    /// </summary>
    internal const int ScansMax = 64;

    /// <summary>Reads the header; the outcome is <see cref="MediaOutcome.Decoded"/> when there is one.</summary>
    public static MediaOutcome Read(ReadOnlySpan<byte> file, MediaLimits limits, out StillHeader? header)
    {
        header = null;
        JpegFrame? frame = null;
        Orientation? orientation = null;
        var tables = new JpegQuantisation();
        var scans = 0;
        var segments = new JpegSegments(file);
        while (segments.Read())
        {
            var refusal = segments.Marker switch
            {
                JpegMarker.Sos => frame is null ? MediaOutcome.Broken : ++scans > ScansMax ? MediaOutcome.TooManyScans : MediaOutcome.Decoded,
                JpegMarker.Dqt => tables.Add(segments.Payload) ? MediaOutcome.Decoded : MediaOutcome.Broken,
                JpegMarker.Dnl => MediaOutcome.Broken,
                JpegMarker.Dhp => MediaOutcome.UnsupportedVariant,
                var marker when JpegMarker.IsStartOfFrame(marker) => StartFrame(marker, segments.Payload, limits, ref frame),
                _ => MediaOutcome.Decoded,
            };
            if (refusal != MediaOutcome.Decoded)
            {
                return refusal;
            }

            // The first EXIF segment counts, as in viewers; a later one must not turn what the detector looked at.
            if (segments.Marker == JpegMarker.App1 && segments.Payload.StartsWith("Exif\0\0"u8))
            {
                orientation ??= ExifOrientation.Read(segments.Payload);
            }
        }

        if (!segments.Ended)
        {
            return segments.Malformed ? MediaOutcome.Broken : MediaOutcome.Truncated;
        }

        if (frame is not { } found || scans == 0)
        {
            return MediaOutcome.Broken;
        }

        header = new StillHeader(found.Width, found.Height, orientation ?? Orientation.TopLeft, Traits(found, tables));
        return MediaOutcome.Decoded;
    }

    private static MediaOutcome StartFrame(byte marker, ReadOnlySpan<byte> payload, MediaLimits limits, ref JpegFrame? frame)
    {
        // A second frame header would be checked against no limit by a decoder that obeys it.
        if (frame is not null)
        {
            return MediaOutcome.Broken;
        }

        if (!JpegFrame.IsSupported(marker, payload))
        {
            return MediaOutcome.UnsupportedVariant;
        }

        frame = JpegFrame.Read(payload);
        return frame is { } found ? ImageProbe.CheckSize(found.Width, found.Height, limits) : MediaOutcome.Broken;
    }

    private static StillTraits Traits(in JpegFrame frame, in JpegQuantisation tables) => new(StillFormat.Jpeg)
    {
        IsGray = frame.Components.Length == 1,
        JpegQuality = tables.QualityNotBelow(frame.Components),
        Chroma = frame.Chroma,
    };
}
