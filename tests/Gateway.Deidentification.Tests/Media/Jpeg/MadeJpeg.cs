using Gateway.Deidentification.Media.Containers;
using Gateway.Deidentification.Media.Jpeg;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Media.Jpeg;

/// <summary>
/// Writes baseline files of any sampling from coefficients that the test knows. Straight code of its own: one list of symbols, one of bits.
/// </summary>
internal sealed class MadeJpeg
{
    private readonly List<short[]> _blocks = [];
    private readonly JpegSpec _spec;

    /// <summary>A picture of soft waves with grain, different for every seed.</summary>
    public MadeJpeg(JpegSpec spec, ulong seed = 1)
    {
        _spec = spec;
        var generator = new SeededGenerator(seed);
        for (var mcu = 0; mcu < spec.McuColumns * spec.McuRows; mcu++)
        {
            for (var component = 0; component < spec.Factors.Length; component++)
            {
                for (var block = BlocksOf(component); block > 0; block--)
                {
                    _blocks.Add(Block(generator, mcu, component));
                }
            }
        }
    }

    /// <summary>Blocks in the order of the file, coefficients in zigzag order.</summary>
    public IReadOnlyList<short[]> Blocks => _blocks;

    public int BlocksOfMcu => Enumerable.Range(0, _spec.Factors.Length).Sum(BlocksOf);

    /// <summary>Replaces the blocks of some MCUs by those of another picture.</summary>
    public void Take(MadeJpeg other, Func<int, bool> isTaken) => TakeBlocks(other, block => isTaken(block / BlocksOfMcu));

    /// <summary>Replaces some blocks by those of another picture.</summary>
    public void TakeBlocks(MadeJpeg other, Func<int, bool> isTaken)
    {
        for (var i = 0; i < _blocks.Count; i++)
        {
            if (isTaken(i))
            {
                _blocks[i] = other._blocks[i];
            }
        }
    }

    /// <summary>The file.</summary>
    public byte[] ToFile(params byte[][] segments)
    {
        var symbols = Symbols();
        var tables = Tables(symbols);
        var writer = new ByteWriter().Bytes(0xFF, JpegMarker.Soi);
        foreach (var segment in segments)
        {
            writer.Bytes(segment);
        }

        writer.Bytes(JpegFixture.Segment(JpegMarker.Dqt, [0, .. Enumerable.Repeat((byte)_spec.Step, 64)]));
        writer.Bytes(JpegFixture.Segment(_spec.Process, Frame()));
        foreach (var (destination, table) in tables.Where(_ => _spec.Tables != TableKind.Omitted))
        {
            writer.Bytes(JpegFixture.Segment(JpegMarker.Dht, [(byte)destination, .. table.Counts, .. table.Symbols]));
        }

        if (_spec.RestartInterval > 0)
        {
            writer.Bytes(JpegFixture.Segment(JpegMarker.Dri, (byte)(_spec.RestartInterval >> 8), (byte)_spec.RestartInterval));
        }

        writer.Bytes(JpegFixture.Segment(JpegMarker.Sos, Scan()));
        WriteScan(writer, symbols, tables);
        return writer.Bytes(0xFF, JpegMarker.Eoi).ToArray();
    }

    private int BlocksOf(int component) => _spec.Factors.Length == 1 ? 1 : (_spec.Factors[component] >> 4) * (_spec.Factors[component] & 15);

    private short[] Block(SeededGenerator generator, int mcu, int component)
    {
        var block = new short[64];
        var (x, y) = (mcu % _spec.McuColumns, mcu / _spec.McuColumns);
        block[0] = (short)((generator.Next(-30, 31) + (60 * MathF.Sin((x + component) / 3f)) + (50 * MathF.Cos(y / 2f))) * (component == 0 ? 1 : 0.5f));
        var count = generator.Next(0, 4) == 0 ? generator.Next(0, 64) : generator.Next(0, 9);
        for (var i = 0; i < count; i++)
        {
            var k = 1 + (generator.Next(0, 63) * generator.Next(0, 63) / 63);
            block[k] = (short)(generator.Next(-24, 25) / (1 + (k / 8)));
        }

        return block;
    }

    private byte[] Frame()
    {
        var frame = new ByteWriter().Bytes(8).UInt16(_spec.Height).UInt16(_spec.Width).Bytes((byte)_spec.Factors.Length);
        for (var i = 0; i < _spec.Factors.Length; i++)
        {
            frame.Bytes((byte)(i + 1), (byte)_spec.Factors[i], 0);
        }

        return frame.ToArray();
    }

    private byte[] Scan()
    {
        var scan = new ByteWriter().Bytes((byte)_spec.Factors.Length);
        for (var i = 0; i < _spec.Factors.Length; i++)
        {
            scan.Bytes((byte)(i + 1), (byte)(i == 0 ? 0x00 : 0x11));
        }

        return scan.Bytes(0, 63, 0).ToArray();
    }

    /// <summary>Every symbol with its table and the bits behind it; a restart between intervals has table -1.</summary>
    private List<(int Table, byte Symbol, int Bits, int Size)> Symbols()
    {
        var symbols = new List<(int, byte, int, int)>();
        var dc = new int[3];
        var at = 0;
        for (var mcu = 0; mcu < _spec.McuColumns * _spec.McuRows; mcu++)
        {
            if (_spec.RestartInterval > 0 && mcu > 0 && mcu % _spec.RestartInterval == 0)
            {
                symbols.Add((-1, 0, 0, 0));
                Array.Clear(dc);
            }

            for (var component = 0; component < _spec.Factors.Length; component++)
            {
                for (var block = BlocksOf(component); block > 0; block--, at++)
                {
                    AddBlock(symbols, _blocks[at], ref dc[component], component == 0 ? 0 : 1);
                }
            }
        }

        return symbols;
    }

    private static void AddBlock(List<(int Table, byte Symbol, int Bits, int Size)> symbols, short[] block, ref int dc, int slot)
    {
        Add(slot, 0, block[0] - dc);
        dc = block[0];
        var run = 0;
        for (var k = 1; k < 64; k++)
        {
            if (block[k] == 0)
            {
                run++;
                continue;
            }

            for (; run > 15; run -= 16)
            {
                symbols.Add((0x10 | slot, 0xF0, 0, 0));
            }

            Add(0x10 | slot, run, block[k]);
            run = 0;
        }

        if (run > 0)
        {
            symbols.Add((0x10 | slot, 0, 0, 0));
        }

        void Add(int table, int zeros, int value)
        {
            var size = value == 0 ? 0 : 1 + (int)Math.Log2(Math.Abs(value));
            symbols.Add((table, (byte)((zeros << 4) | size), value < 0 ? value + (1 << size) - 1 : value, size));
        }
    }

    private SortedDictionary<int, HuffmanTable> Tables(List<(int Table, byte Symbol, int Bits, int Size)> symbols)
    {
        var tables = new SortedDictionary<int, HuffmanTable>();
        foreach (var table in symbols.Select(symbol => symbol.Table).Where(table => table >= 0).Distinct())
        {
            var isDc = table < 0x10;
            var made = new HuffmanTable(isDc);
            if (_spec.Tables == TableKind.Tight)
            {
                var used = symbols.Where(symbol => symbol.Table == table).Select(symbol => symbol.Symbol).Distinct().Order().ToArray();
                var counts = new byte[16];
                counts[(int)Math.Log2(used.Length) + 1] = (byte)used.Length;
                Assert.True(made.TrySet(counts, used));
            }
            else
            {
                StandardTables.Set(made, isDc, isLuma: (table & 15) == 0);
            }

            tables.Add(table, made);
        }

        return tables;
    }

    private static void WriteScan(ByteWriter writer, List<(int Table, byte Symbol, int Bits, int Size)> symbols, SortedDictionary<int, HuffmanTable> tables)
    {
        var bits = new List<bool>();
        var restarts = 0;
        foreach (var (table, symbol, value, size) in symbols)
        {
            if (table < 0)
            {
                WriteStuffed(writer, bits);
                writer.Bytes(0xFF, (byte)(JpegMarker.Rst0 + (restarts++ & 7)));
                continue;
            }

            var code = tables[table].Codes[symbol];
            Add((int)(code >> 8), (int)(code & 0xFF));
            Add(value, size);
        }

        WriteStuffed(writer, bits);

        void Add(int number, int count)
        {
            for (var bit = count - 1; bit >= 0; bit--)
            {
                bits.Add(((number >> bit) & 1) == 1);
            }
        }
    }

    private static void WriteStuffed(ByteWriter writer, List<bool> bits)
    {
        while (bits.Count % 8 != 0)
        {
            bits.Add(true);
        }

        for (var at = 0; at < bits.Count; at += 8)
        {
            byte value = 0;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (byte)((value << 1) | (bits[at + bit] ? 1 : 0));
            }

            writer.Bytes(value);
            if (value == 0xFF)
            {
                writer.Bytes(0);
            }
        }

        bits.Clear();
    }
}
