using System.Buffers.Binary;
using Gateway.Deidentification.Media.Containers;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>Reads the headers of a file into a layout and tables, and finds its only scan.</summary>
internal static class JpegHeaderReader
{
    private const byte AdobeYcc = 1;

    /// <summary>Reads up to EOI. The layout and tables are only valid where the answer is <see cref="JpegOutcome.Opened"/>.</summary>
    public static JpegOutcome Read(ReadOnlySpan<byte> file, JpegLayout layout, JpegTables tables, out ReadOnlySpan<byte> scan)
    {
        scan = default;
        tables.Begin();
        var (hasFrame, hasScan, restartInterval) = (false, false, 0);
        var colour = default(ColourSigns);
        var segments = new JpegSegments(file);
        while (segments.Read())
        {
            var payload = segments.Payload;
            var outcome = JpegOutcome.Opened;
            switch (segments.Marker)
            {
                // What a decoder would only obey in a second scan changes nothing here.
                case JpegMarker.Dqt or JpegMarker.Dht or JpegMarker.Dri when hasScan:
                    return JpegOutcome.SeveralScans;
                case JpegMarker.Dqt:
                    outcome = tables.TryReadQuant(payload) ? outcome : JpegOutcome.BadHeader;
                    break;
                case JpegMarker.Dht:
                    outcome = tables.TryReadHuffman(payload) ? outcome : JpegOutcome.BadHeader;
                    break;
                case JpegMarker.Dri:
                    outcome = payload.Length == 2 ? outcome : JpegOutcome.BadHeader;
                    restartInterval = payload.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 0;
                    break;
                case JpegMarker.Sos:
                    outcome = !hasFrame ? JpegOutcome.BadHeader : hasScan ? JpegOutcome.SeveralScans : StartScan(payload, layout, tables);
                    hasScan = true;
                    scan = segments.Entropy;
                    break;
                case JpegMarker.Dnl or JpegMarker.Dhp or JpegMarker.Dac:
                    return JpegOutcome.OtherProcess;
                case var marker when JpegMarker.IsStartOfFrame(marker):
                    outcome = hasFrame ? JpegOutcome.BadHeader : StartFrame(marker, payload, layout);
                    hasFrame = true;
                    break;
                default:
                    colour.See(segments.Marker, payload);
                    break;
            }

            if (outcome != JpegOutcome.Opened)
            {
                return outcome;
            }
        }

        if (!segments.Ended || !hasScan)
        {
            return JpegOutcome.BadHeader;
        }

        layout.RestartInterval = restartInterval;
        return colour.AreOf(layout) ? JpegOutcome.Opened : JpegOutcome.OtherColour;
    }

    private static JpegOutcome StartFrame(byte marker, ReadOnlySpan<byte> payload, JpegLayout layout)
    {
        if (marker is not (JpegMarker.Sof0 or JpegMarker.Sof1))
        {
            return JpegOutcome.OtherProcess;
        }

        if (payload.Length < 6 || payload.Length != 6 + (3 * payload[5]))
        {
            return JpegOutcome.BadHeader;
        }

        int height = BinaryPrimitives.ReadUInt16BigEndian(payload[1..]), width = BinaryPrimitives.ReadUInt16BigEndian(payload[3..]);
        if (payload[0] != 8)
        {
            return JpegOutcome.OtherPrecision;
        }

        if (payload[5] is not (1 or 3))
        {
            return JpegOutcome.OtherComponents;
        }

        layout.Begin(width, height, payload[5]);
        layout.Process = marker;
        for (var i = 0; i < layout.PlaneCount; i++)
        {
            var plane = layout.PlaneAt(i);
            var fields = payload.Slice(6 + (3 * i), 3);
            (plane.Id, plane.Columns, plane.Rows, plane.QuantSlot) = (fields[0], fields[1] >> 4, fields[1] & 15, fields[2]);
        }

        return width == 0 || height == 0 || HasRepeatedId(layout) ? JpegOutcome.BadHeader
            : layout.Complete() ? JpegOutcome.Opened : JpegOutcome.OtherSampling;
    }

    private static bool HasRepeatedId(JpegLayout layout) =>
        layout.PlaneCount == 3
        && (layout.PlaneAt(0).Id == layout.PlaneAt(1).Id || layout.PlaneAt(0).Id == layout.PlaneAt(2).Id || layout.PlaneAt(1).Id == layout.PlaneAt(2).Id);

    private static JpegOutcome StartScan(ReadOnlySpan<byte> payload, JpegLayout layout, JpegTables tables)
    {
        if (payload.IsEmpty || payload.Length != 4 + (2 * payload[0]))
        {
            return JpegOutcome.BadHeader;
        }

        if (payload[0] != layout.PlaneCount)
        {
            return JpegOutcome.SeveralScans;
        }

        if (!payload[^3..].SequenceEqual((ReadOnlySpan<byte>)[0, 63, 0]))
        {
            return JpegOutcome.BadHeader;
        }

        for (var i = 0; i < layout.PlaneCount; i++)
        {
            var plane = layout.PlaneAt(i);
            var fields = payload.Slice(1 + (2 * i), 2);
            (plane.DcSlot, plane.AcSlot) = (fields[1] >> 4, fields[1] & 15);
            if (fields[0] != plane.Id
                || tables.Quant(plane.QuantSlot) is not { } quant || tables.Dc(plane.DcSlot) is not { } dc || tables.Ac(plane.AcSlot) is not { } ac)
            {
                return JpegOutcome.BadHeader;
            }

            (plane.Quant, plane.Dc, plane.Ac) = (quant, dc, ac);
        }

        return JpegOutcome.Opened;
    }

    /// <summary>What segments and identifiers say about the meaning of three components.</summary>
    private struct ColourSigns
    {
        private bool _isOther;

        public void See(byte marker, ReadOnlySpan<byte> payload) =>
            _isOther |= marker == JpegMarker.App2 && payload.StartsWith("ICC_PROFILE\0"u8)
                || (marker == JpegMarker.App14 && payload.Length >= 12 && payload.StartsWith("Adobe"u8) && payload[11] != AdobeYcc);

        /// <summary>Components named R, G and B are that, where no segment says otherwise; which decoders do is not worth a guess.</summary>
        public readonly bool AreOf(JpegLayout layout) =>
            !_isOther && !(layout.PlaneCount == 3 && layout.PlaneAt(0).Id == 'R' && layout.PlaneAt(1).Id == 'G' && layout.PlaneAt(2).Id == 'B');
    }
}
