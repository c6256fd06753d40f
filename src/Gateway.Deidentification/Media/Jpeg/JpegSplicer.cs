using System.Runtime.InteropServices;
using Gateway.Deidentification.Media.Containers;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>
/// Writes a picture again with some of its MCUs taken from an image. Every coefficient of the others stays as it was: their bits are copied,
/// or, where the tables change, their coefficients are. Only what lies beyond the border of the picture never stays: see <see cref="BorderBlock"/>.
/// </summary>
/// <remarks>Not for several threads; made once and used for one picture after another.</remarks>
internal sealed class JpegSplicer
{
    private readonly int[] _predictors = new int[3];
    private readonly McuSet _border = new();
    private readonly HuffmanTable[] _dc = new HuffmanTable[3];
    private readonly HuffmanTable[] _ac = new HuffmanTable[3];
    private byte[] _bits = new byte[64 * 1024];
    private byte[] _file = new byte[64 * 1024];
    private BitWriter _writer;
    private int _length;
    private bool _isWhole;
    private JpegPicture _picture = null!;
    private CodingTables _tables;

    /// <summary>Writes a file. It is valid until the next one is written.</summary>
    /// <param name="picture">The picture as it was opened.</param>
    /// <param name="image">I420 image with the samples of the MCUs to replace.</param>
    /// <param name="dirty">MCUs to replace.</param>
    /// <param name="keepsTables">
    /// True to keep the file's Huffman tables and copy bits. Where these have no code for a new coefficient, the standard's are taken all the same.
    /// </param>
    /// <exception cref="InvalidOperationException">The picture cannot be written: a broken invariant.</exception>
    public ReadOnlyMemory<byte> Write(JpegPicture picture, PixelImage image, McuSet dirty, bool keepsTables)
    {
        _picture = picture;
        BorderBlock.Find(picture.Layout, _border);
        if ((keepsTables && TryWrite(image, dirty, areStandard: false)) || TryWrite(image, dirty, areStandard: true))
        {
            return _file.AsMemory(0, _length);
        }

        throw new InvalidOperationException("A picture has a coefficient that no table has a code for.");
    }

    private bool TryWrite(PixelImage image, McuSet dirty, bool areStandard)
    {
        var layout = _picture.Layout;
        _tables = new CodingTables(layout, areStandard);
        for (var plane = 0; plane < layout.PlaneCount; plane++)
        {
            (_dc[plane], _ac[plane]) = (_tables.Dc(plane), _tables.Ac(plane));
        }

        (_length, _isWhole) = (0, true);
        Reserve(ref _file, 0, JpegHeaderWriter.BytesMax);
        var header = new JpegHeaderWriter(_file);
        header.Write(layout, _tables);
        _length = header.Length;
        var interval = layout.RestartInterval == 0 ? layout.McuCount : layout.RestartInterval;
        for (int first = 0, segment = 0; first < layout.McuCount && _isWhole; first += interval, segment++)
        {
            if (segment > 0)
            {
                Append(0xFF, (byte)(JpegMarker.Rst0 + ((segment - 1) & 7)));
            }

            WriteSegment(image, dirty, first, Math.Min(layout.McuCount - first, interval) + first, segment);
        }

        Append(0xFF, JpegMarker.Eoi);
        return _isWhole;
    }

    private void WriteSegment(PixelImage image, McuSet dirty, int first, int end, int segment)
    {
        _writer = default;
        Array.Clear(_predictors);
        for (int run = first, after; run < end && _isWhole; run = after)
        {
            after = _border.EndOfRun(run, dirty.EndOfRun(run, end));
            if (dirty.Contains(run))
            {
                Encode(image, run, after);
                continue;
            }

            if (_border.Contains(run))
            {
                Trim(run, after);
                continue;
            }

            CopyRun(run, after, after == end ? _picture.Index.EndOf(segment) : _picture.Index[after].Position);
            if (after < end)
            {
                // After what was copied the decoder's predictors are those of the source; after own blocks they already are as written.
                SetPredictors(after);
            }
        }

        Reserve(ref _bits, _writer.At, 16);
        Stuff(_bits.AsSpan(0, _writer.Finish(_bits)));
    }

    private void SetPredictors(int mcu)
    {
        ref var mark = ref _picture.Index[mcu];
        (_predictors[0], _predictors[1], _predictors[2]) = (mark.Dc0, mark.Dc1, mark.Dc2);
    }

    /// <summary>The first MCU after a replaced one is coded again: its DC values are differences to what is now before it.</summary>
    private void CopyRun(int first, int end, uint endPosition)
    {
        ref var mark = ref _picture.Index[first];
        if (mark.Dc0 != _predictors[0] || mark.Dc1 != _predictors[1] || mark.Dc2 != _predictors[2])
        {
            Recode(first, ++first);
        }

        if (first < end && _tables.AreStandard)
        {
            Transcode(first, end);
        }
        else if (first < end)
        {
            CopyBits(first, endPosition);
        }
    }

    private void CopyBits(int first, uint endPosition)
    {
        var from = _picture.Index[first].Position;
        Reserve(ref _bits, _writer.At, (int)((endPosition - from) / 8) + 16);
        _writer.Copy(_bits, _picture.Data.Bytes, from, endPosition);
    }

    /// <summary>Writes a run of MCUs with the standard's codes instead of the file's.</summary>
    private void Transcode(int first, int end)
    {
        var layout = _picture.Layout;
        var data = _picture.Data.Bytes;
        var limit = 8L * _picture.Data.Length;
        var window = BitWindow.From(data, _picture.Index[first].Position);
        ref var start = ref MemoryMarshal.GetReference(data);
        for (var mcu = first; mcu < end && _isWhole; mcu++)
        {
            Reserve(ref _bits, _writer.At, layout.McuBlocks * BlockWriter.BytesMax);
            for (var at = 0; at < layout.PlaneCount; at++)
            {
                var plane = layout.Planes[at];
                for (var block = plane.Columns * plane.Rows; block > 0; block--)
                {
                    _isWhole &= BlockTranscoder.TryCopy(ref window, ref start, (plane.Dc, plane.Ac), ref _writer, _bits, (_dc[at], _ac[at]));
                }
            }

            _isWhole &= window.Position <= limit;
        }
    }

    private void Recode(int first, int end)
    {
        var sink = new RecodingSink(this);
        ScanReader.ReadAgain(_picture.Layout, _picture.Data, _picture.Index, first, end, ref sink);
    }

    private void Trim(int first, int end)
    {
        var sink = new TrimmingSink(this);
        ScanReader.ReadAgain(_picture.Layout, _picture.Data, _picture.Index, first, end, ref sink);
    }

    private void PutTrimmed(int plane, int column, int row, scoped Span<short> block)
    {
        Span<short> zigZag = stackalloc short[CoefficientOrder.Count];
        BorderBlock.Trim(_picture.Layout, plane, column, row, block, (short)_predictors[plane]);
        CoefficientOrder.ToZigZag(block, zigZag);
        Put(plane, zigZag);
    }

    private void Encode(PixelImage image, int first, int end)
    {
        var layout = _picture.Layout;
        for (var mcu = first; mcu < end; mcu++)
        {
            var (row, column) = Math.DivRem(mcu, layout.McuColumns);
            for (var at = 0; at < layout.PlaneCount; at++)
            {
                var plane = layout.Planes[at];
                for (var block = 0; block < plane.Columns * plane.Rows; block++)
                {
                    EncodeBlock(image, at, (column * plane.Columns) + (block % plane.Columns), (row * plane.Rows) + (block / plane.Columns));
                }
            }
        }
    }

    private void EncodeBlock(PixelImage image, int at, int column, int row)
    {
        Span<byte> samples = stackalloc byte[CoefficientOrder.Count];
        Span<short> block = stackalloc short[CoefficientOrder.Count];
        Span<short> zigZag = stackalloc short[CoefficientOrder.Count];
        var plane = _picture.Layout.Planes[at];
        var (stepX, stepY) = at == 0 ? (2, 2) : (plane.StepX, plane.StepY);
        ChromaTile.Read(PlaneSpan.Of(image, at), column, row, stepX, stepY, samples);
        ForwardDct8.Transform(samples, plane.Quant.Forward8, block);
        CoefficientOrder.ToZigZag(block, zigZag);
        Put(at, zigZag);
    }

    private void Put(int plane, ReadOnlySpan<short> zigZag)
    {
        Reserve(ref _bits, _writer.At, BlockWriter.BytesMax);
        _isWhole &= BlockWriter.TryWrite(ref _writer, _bits, zigZag, ref _predictors[plane], _dc[plane], _ac[plane]);
    }

    /// <summary>Appends coded bytes; a zero goes behind each FF so that it is no marker (T.81 B.1.1.5).</summary>
    private void Stuff(ReadOnlySpan<byte> bits)
    {
        Reserve(ref _file, _length, (2 * bits.Length) + 16);
        while (!bits.IsEmpty)
        {
            var at = bits.IndexOf((byte)0xFF);
            var run = at < 0 ? bits : bits[..(at + 1)];
            run.CopyTo(_file.AsSpan(_length));
            _length += run.Length;
            bits = bits[run.Length..];
            if (at >= 0)
            {
                _file[_length++] = 0;
            }
        }
    }

    private void Append(byte first, byte second)
    {
        Reserve(ref _file, _length, 2);
        (_file[_length], _file[_length + 1]) = (first, second);
        _length += 2;
    }

    private static void Reserve(ref byte[] buffer, int used, int wanted)
    {
        if (buffer.Length - used < wanted)
        {
            Array.Resize(ref buffer, Math.Max(2 * buffer.Length, used + wanted));
        }
    }

    private readonly ref struct RecodingSink(JpegSplicer splicer) : IBlockSink
    {
        public static ReadOnlySpan<byte> Order => CoefficientOrder.ZigZag;

        public void Put(int plane, int column, int row, scoped Span<short> block, int last) => splicer.Put(plane, block);
    }

    private readonly ref struct TrimmingSink(JpegSplicer splicer) : IBlockSink
    {
        public static ReadOnlySpan<byte> Order => CoefficientOrder.Columns;

        public void Put(int plane, int column, int row, scoped Span<short> block, int last) => splicer.PutTrimmed(plane, column, row, block);
    }
}
