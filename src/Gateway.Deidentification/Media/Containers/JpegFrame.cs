using System.Buffers.Binary;

namespace Gateway.Deidentification.Media.Containers;

/// <summary>The parameters of a start of frame (T.81 B.2.2) that decide size, colour and how to encode again.</summary>
internal sealed record JpegFrame(byte Process, int Width, int Height, JpegComponent[] Components)
{
    /// <summary>Reads a frame header; null when it contradicts T.81.</summary>
    public static JpegFrame? Read(byte process, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 6 || payload.Length != 6 + (3 * payload[5]) || payload[5] is not (1 or 3 or 4))
        {
            return null;
        }

        var components = new JpegComponent[payload[5]];
        for (var i = 0; i < components.Length; i++)
        {
            var fields = payload.Slice(6 + (3 * i), 3);
            components[i] = new JpegComponent(fields[1] >> 4, fields[1] & 15, fields[2]);
        }

        var frame = new JpegFrame(
            process, BinaryPrimitives.ReadUInt16BigEndian(payload[3..]), BinaryPrimitives.ReadUInt16BigEndian(payload[1..]), components);
        return frame.IsWellFormed ? frame : null;
    }

    /// <summary>Huffman-coded baseline, extended and progressive frames of 8 bits: what decoders here read.</summary>
    public static bool IsSupported(byte process, ReadOnlySpan<byte> payload) =>
        process is JpegMarker.Sof0 or JpegMarker.Sof1 or JpegMarker.Sof2 && payload is [8, ..];

    /// <summary>How finely colour is sampled. Odd layouts are taken as the next finer of the three an encoder here writes.</summary>
    public ChromaSampling Chroma
    {
        get
        {
            var columns = Components.Max(part => part.Horizontal) / Components.Min(part => part.Horizontal);
            var rows = Components.Max(part => part.Vertical) / Components.Min(part => part.Vertical);
            return columns == 1 ? ChromaSampling.Full : rows == 1 ? ChromaSampling.Half : ChromaSampling.Quarter;
        }
    }

    // A height of 0 would mean a DNL marker after the first scan (T.81 B.2.5): the size would be known too late for any limit.
    private bool IsWellFormed =>
        Width > 0 && Height > 0 && Components.All(part => part is { Horizontal: >= 1 and <= 4, Vertical: >= 1 and <= 4, Table: <= 3 });
}

/// <summary>One component of a frame.</summary>
/// <param name="Horizontal">Horizontal sampling factor, 1 to 4.</param>
/// <param name="Vertical">Vertical sampling factor, 1 to 4.</param>
/// <param name="Table">Number of its quantisation table, 0 to 3.</param>
internal readonly record struct JpegComponent(int Horizontal, int Vertical, int Table);
