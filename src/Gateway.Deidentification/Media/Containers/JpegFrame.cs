using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Gateway.Deidentification.Media.Containers;

/// <summary>The parameters of a start of frame (T.81 B.2.2) that decide size, colour and how to encode again.</summary>
internal readonly struct JpegFrame
{
    private const int ComponentsMax = 4;

    private readonly ComponentList _components;
    private readonly int _count;

    private JpegFrame(ReadOnlySpan<byte> payload)
    {
        Height = BinaryPrimitives.ReadUInt16BigEndian(payload[1..]);
        Width = BinaryPrimitives.ReadUInt16BigEndian(payload[3..]);
        _count = payload[5];
        for (var i = 0; i < _count; i++)
        {
            var fields = payload.Slice(6 + (3 * i), 3);
            _components[i] = new JpegComponent(fields[1] >> 4, fields[1] & 15, fields[2]);
        }
    }

    public int Width { get; }

    public int Height { get; }

    [UnscopedRef]
    public ReadOnlySpan<JpegComponent> Components => ((ReadOnlySpan<JpegComponent>)_components)[.._count];

    /// <summary>How finely colour is sampled. Odd layouts are taken as the next finer of the three an encoder here writes.</summary>
    public ChromaSampling Chroma
    {
        get
        {
            var (columns, columnsMin, rows, rowsMin) = (1, int.MaxValue, 1, int.MaxValue);
            foreach (var part in Components)
            {
                (columns, columnsMin) = (Math.Max(columns, part.Horizontal), Math.Min(columnsMin, part.Horizontal));
                (rows, rowsMin) = (Math.Max(rows, part.Vertical), Math.Min(rowsMin, part.Vertical));
            }

            return columns / columnsMin == 1 ? ChromaSampling.Full : rows / rowsMin == 1 ? ChromaSampling.Half : ChromaSampling.Quarter;
        }
    }

    // A height of 0 would mean a DNL marker after the first scan (T.81 B.2.5): the size would be known too late for any limit.
    private bool IsWellFormed
    {
        get
        {
            var isWellFormed = Width > 0 && Height > 0;
            foreach (var part in Components)
            {
                isWellFormed &= part is { Horizontal: >= 1 and <= 4, Vertical: >= 1 and <= 4, Table: <= 3 };
            }

            return isWellFormed;
        }
    }

    /// <summary>Reads a frame header; null when it contradicts T.81.</summary>
    public static JpegFrame? Read(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 6 || payload.Length != 6 + (3 * payload[5]) || payload[5] is not (1 or 3 or ComponentsMax))
        {
            return null;
        }

        var frame = new JpegFrame(payload);
        return frame.IsWellFormed ? frame : null;
    }

    /// <summary>Huffman-coded baseline, extended and progressive frames of 8 bits: what decoders here read.</summary>
    public static bool IsSupported(byte process, ReadOnlySpan<byte> payload) =>
        process is JpegMarker.Sof0 or JpegMarker.Sof1 or JpegMarker.Sof2 && payload is [8, ..];

    [InlineArray(ComponentsMax)]
    private struct ComponentList
    {
        private JpegComponent _first;
    }
}

/// <summary>One component of a frame.</summary>
/// <param name="Horizontal">Horizontal sampling factor, 1 to 4.</param>
/// <param name="Vertical">Vertical sampling factor, 1 to 4.</param>
/// <param name="Table">Number of its quantisation table, 0 to 3.</param>
internal readonly record struct JpegComponent(int Horizontal, int Vertical, int Table);
