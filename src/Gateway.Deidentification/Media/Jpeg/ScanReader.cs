using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>Reads the MCUs of a scan in order (T.81 A.2 and F.2.1) and hands their blocks on.</summary>
internal static class ScanReader
{
    /// <summary>
    /// Reads all of a scan and writes the index. False where the data is not that of a whole scan; what the sink got by then is worthless.
    /// </summary>
    public static bool TryReadAll<TSink>(JpegLayout layout, EntropyData data, McuIndex index, ref TSink sink)
        where TSink : struct, IBlockSink, allows ref struct
    {
        var interval = layout.RestartInterval == 0 ? layout.McuCount : layout.RestartInterval;
        var segments = (layout.McuCount + interval - 1) / interval;
        if (data.SegmentCount != segments)
        {
            return false;
        }

        index.Begin(layout.McuCount, segments);
        for (var segment = 0; segment < segments; segment++)
        {
            var first = segment * interval;
            var end = (int)Math.Min((long)first + interval, layout.McuCount);
            index[first] = new McuMark((uint)data.StartOf(segment) * 8, 0, 0, 0);
            if (!TryRead(layout, data, index, first, end, 8L * data.EndOf(segment), isIndexing: true, ref sink))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads a run of MCUs of one restart interval again.</summary>
    /// <exception cref="InvalidOperationException">The data changed since it was indexed.</exception>
    public static void ReadAgain<TSink>(JpegLayout layout, EntropyData data, McuIndex index, int first, int end, ref TSink sink)
        where TSink : struct, IBlockSink, allows ref struct
    {
        if (!TryRead(layout, data, index, first, end, 8L * data.Length, isIndexing: false, ref sink))
        {
            throw new InvalidOperationException("Coded data that was read once cannot be read again.");
        }
    }

    private static bool TryRead<TSink>(
        JpegLayout layout, EntropyData data, McuIndex index, int first, int end, long limit, bool isIndexing, ref TSink sink)
        where TSink : struct, IBlockSink, allows ref struct
    {
        var bytes = data.Bytes;
        var window = BitWindow.From(bytes, index[first].Position);
        Span<int> predictors = [index[first].Dc0, index[first].Dc1, index[first].Dc2];
        Span<short> block = stackalloc short[CoefficientOrder.Count];
        block.Clear();
        ref var start = ref MemoryMarshal.GetReference(bytes);
        ref var order = ref MemoryMarshal.GetReference(TSink.Order);
        var (mcuRow, mcuColumn) = Math.DivRem(first, layout.McuColumns);
        for (var mcu = first; mcu < end; mcu++)
        {
            if (isIndexing)
            {
                index[mcu] = new McuMark(window.Position, (short)predictors[0], (short)predictors[1], (short)predictors[2]);
            }

            for (var at = 0; at < layout.Planes.Length; at++)
            {
                var plane = layout.Planes[at];
                for (var y = 0; y < plane.Rows; y++)
                {
                    for (var x = 0; x < plane.Columns; x++)
                    {
                        var last = BlockReader.Read(ref window, ref start, plane.Dc, plane.Ac, ref predictors[at], ref order, ref block[0]);
                        if (last < 0)
                        {
                            return false;
                        }

                        sink.Put(at, (mcuColumn * plane.Columns) + x, (mcuRow * plane.Rows) + y, block, last);
                        Unsafe.As<short, FourVectors>(ref block[0]) = default;
                    }
                }
            }

            if (window.Position > limit)
            {
                return false;
            }

            if (++mcuColumn == layout.McuColumns)
            {
                (mcuColumn, mcuRow) = (0, mcuRow + 1);
            }
        }

        if (isIndexing)
        {
            index.EndOf(first / Math.Max(1, layout.RestartInterval == 0 ? layout.McuCount : layout.RestartInterval)) = window.Position;
        }

        return true;
    }

    /// <summary>The 128 bytes of a block, to be zeroed by whole vectors.</summary>
    [InlineArray(16)]
    private struct FourVectors
    {
        private ulong _first;
    }
}
