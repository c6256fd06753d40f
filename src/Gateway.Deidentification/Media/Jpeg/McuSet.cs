using System.Numerics;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>Some of the MCUs of a picture.</summary>
internal sealed class McuSet
{
    private ulong[] _words = [];
    private int _columns;
    private int _rows;
    private int _mcuWidth;
    private int _mcuHeight;

    /// <summary>True when none is in it.</summary>
    public bool IsEmpty => !_words.AsSpan(0, Words).ContainsAnyExcept(0UL);

    private int Words => ((_columns * _rows) + 63) / 64;

    /// <summary>Empties it for a picture.</summary>
    public void Begin(JpegLayout layout)
    {
        (_columns, _rows, _mcuWidth, _mcuHeight) = (layout.McuColumns, layout.McuRows, layout.McuWidth, layout.McuHeight);
        if (_words.Length < Words)
        {
            _words = new ulong[Words];
        }

        _words.AsSpan(0, Words).Clear();
    }

    public bool Contains(int mcu) => ((_words[mcu >> 6] >> (mcu & 63)) & 1) != 0;

    public void Add(int mcu) => _words[mcu >> 6] |= 1UL << (mcu & 63);

    /// <summary>The MCUs that a rectangle of pixels touches, as columns and rows.</summary>
    public PixelRect Touched(PixelRect pixels)
    {
        var left = Math.Max(pixels.Left, 0) / _mcuWidth;
        var top = Math.Max(pixels.Top, 0) / _mcuHeight;
        return new PixelRect(left, top, (pixels.Right + _mcuWidth - 1) / _mcuWidth, (pixels.Bottom + _mcuHeight - 1) / _mcuHeight).ClipTo(_columns, _rows);
    }

    /// <summary>Adds every MCU that a rectangle of pixels touches.</summary>
    public void Add(PixelRect pixels)
    {
        var touched = Touched(pixels);
        for (var row = touched.Top; row < touched.Bottom; row++)
        {
            for (var column = touched.Left; column < touched.Right; column++)
            {
                Add((row * _columns) + column);
            }
        }
    }

    /// <summary>The first MCU after <paramref name="first"/>, and before <paramref name="end"/>, of which the opposite is true.</summary>
    public int EndOfRun(int first, int end)
    {
        var isIn = Contains(first);
        for (var mcu = first + 1; mcu < end;)
        {
            var word = _words[mcu >> 6];
            var rest = (isIn ? ~word : word) >> (mcu & 63);
            if (rest != 0)
            {
                return Math.Min(mcu + BitOperations.TrailingZeroCount(rest), end);
            }

            mcu = (mcu | 63) + 1;
        }

        return end;
    }
}
