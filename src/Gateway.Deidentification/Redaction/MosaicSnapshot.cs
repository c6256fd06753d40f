using System.Numerics;

namespace Gateway.Deidentification.Redaction;

/// <summary>
/// The cells one track shows in all its frames: at most 8 x 8 cells of three channels of 4 bits, so 768 bits. A mosaic that is sampled anew
/// in every frame shows the face from many places and can be put together again; frozen cells tell what they tell once.
/// </summary>
internal sealed class MosaicSnapshot
{
    /// <summary>Most cells along a side.</summary>
    public const int SideMax = 8;

    /// <summary>Levels of a channel: 4 bits.</summary>
    private const int Levels = 16;

    private readonly byte[] _levels = new byte[SideMax * SideMax * ImageChannels.Count];

    /// <summary>Cells in a row; 0 before the first frame.</summary>
    public int Columns { get; private set; }

    /// <summary>Rows of cells; 0 before the first frame.</summary>
    public int Rows { get; private set; }

    /// <summary>True when the track has been seen.</summary>
    public bool IsTaken => Columns > 0;

    /// <summary>Value of one channel of one cell, spread over 0 to 255.</summary>
    public byte Value(int column, int row, int channel) => (byte)(_levels[At(column, row, channel)] * (255 / (Levels - 1)));

    /// <summary>Takes the cells from averages of the first frame; later calls change nothing.</summary>
    public void TakeOnce(CellGrid averages)
    {
        if (IsTaken)
        {
            return;
        }

        Columns = Math.Min(SideMax, averages.Columns);
        Rows = Math.Min(SideMax, averages.Rows);
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                Set(column, row, Mean(averages, column, row));
            }
        }
    }

    /// <summary>Forgets the cells when the track ends.</summary>
    public void Clear()
    {
        _levels.AsSpan().Clear();
        (Columns, Rows) = (0, 0);
    }

    private static int At(int column, int row, int channel) => (((row * SideMax) + column) * ImageChannels.Count) + channel;

    private void Set(int column, int row, Vector4 mean)
    {
        for (var channel = 0; channel < ImageChannels.Count; channel++)
        {
            _levels[At(column, row, channel)] = (byte)Math.Clamp(MathF.Round(mean[channel] * (Levels - 1) / 255), 0, Levels - 1);
        }
    }

    private Vector4 Mean(CellGrid averages, int column, int row)
    {
        int left = column * averages.Columns / Columns, right = (column + 1) * averages.Columns / Columns;
        int top = row * averages.Rows / Rows, bottom = (row + 1) * averages.Rows / Rows;
        var sum = Vector4.Zero;
        for (var y = top; y < bottom; y++)
        {
            foreach (var colour in averages.Colours.Slice((y * averages.Columns) + left, right - left))
            {
                sum += colour;
            }
        }

        return sum / ((right - left) * (bottom - top));
    }
}
