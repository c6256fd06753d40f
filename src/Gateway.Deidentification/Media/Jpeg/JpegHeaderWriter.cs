using System.Buffers.Binary;
using Gateway.Deidentification.Media.Containers;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>
/// Writes the headers of a file anew from what was understood of its own: no byte of a segment is copied, so nothing can hide in one. Order
/// and form are those of most encoders, so that a file of theirs that nothing is masked in comes out as it went in.
/// </summary>
/// <param name="target">Room for <see cref="BytesMax"/>.</param>
internal ref struct JpegHeaderWriter(Span<byte> target)
{
    public const int BytesMax = 4096;

    private readonly Span<byte> _target = target;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Writes everything from SOI to the end of the scan header.</summary>
    public void Write(JpegLayout layout, CodingTables tables)
    {
        Put(0xFF, JpegMarker.Soi);
        Segment(JpegMarker.App0, JpegAllowList.Jfif);
        WriteQuantTables(layout);
        WriteFrame(layout, tables);
        WriteHuffmanTables(layout, tables);
        if (layout.RestartInterval > 0)
        {
            Begin(JpegMarker.Dri, 2);
            Put16(layout.RestartInterval);
        }

        WriteScan(layout, tables);
    }

    private void WriteQuantTables(JpegLayout layout)
    {
        for (int i = 0, written = 0; i < layout.PlaneCount; i++)
        {
            var plane = layout.Planes[i];
            if ((written & (1 << plane.QuantSlot)) == 0)
            {
                written |= 1 << plane.QuantSlot;
                WriteQuantTable(plane.Quant.Steps, plane.QuantSlot);
            }
        }
    }

    private void WriteQuantTable(ReadOnlySpan<ushort> steps, int slot)
    {
        var isWide = steps.ContainsAnyInRange((ushort)256, ushort.MaxValue);
        Begin(JpegMarker.Dqt, 1 + (steps.Length << (isWide ? 1 : 0)));
        Put((byte)(slot | (isWide ? 0x10 : 0)));
        foreach (var step in steps)
        {
            if (isWide)
            {
                Put((byte)(step >> 8));
            }

            Put((byte)step);
        }
    }

    private void WriteFrame(JpegLayout layout, CodingTables tables)
    {
        Begin(tables.AreStandard ? JpegMarker.Sof0 : layout.Process, 6 + (3 * layout.PlaneCount));
        Put(8);
        Put16(layout.Height);
        Put16(layout.Width);
        Put((byte)layout.PlaneCount);
        foreach (var plane in layout.Planes)
        {
            Put(plane.Id, (byte)((plane.Columns << 4) | plane.Rows), (byte)plane.QuantSlot);
        }
    }

    private void WriteHuffmanTables(JpegLayout layout, CodingTables tables)
    {
        for (int i = 0, written = 0; i < layout.PlaneCount; i++)
        {
            WriteHuffmanTable(tables.Dc(i), tables.DcSlot(i), ref written);
            WriteHuffmanTable(tables.Ac(i), 0x10 | tables.AcSlot(i), ref written);
        }
    }

    private void WriteHuffmanTable(HuffmanTable table, int destination, ref int written)
    {
        if ((written & (1 << destination)) != 0)
        {
            return;
        }

        written |= 1 << destination;
        Begin(JpegMarker.Dht, 1 + table.Counts.Length + table.Symbols.Length);
        Put((byte)destination);
        Append(table.Counts);
        Append(table.Symbols);
    }

    private void WriteScan(JpegLayout layout, CodingTables tables)
    {
        Begin(JpegMarker.Sos, 4 + (2 * layout.PlaneCount));
        Put((byte)layout.PlaneCount);
        for (var i = 0; i < layout.PlaneCount; i++)
        {
            Put(layout.Planes[i].Id, (byte)((tables.DcSlot(i) << 4) | tables.AcSlot(i)));
        }

        Put(0, 63, 0);
    }

    private void Segment(byte marker, ReadOnlySpan<byte> payload)
    {
        Begin(marker, payload.Length);
        Append(payload);
    }

    private void Begin(byte marker, int payloadBytes)
    {
        Put(0xFF, marker);
        Put16(payloadBytes + 2);
    }

    private void Put16(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_target[Length..], (ushort)value);
        Length += 2;
    }

    private void Put(params scoped ReadOnlySpan<byte> bytes) => Append(bytes);

    private void Append(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_target[Length..]);
        Length += bytes.Length;
    }
}
