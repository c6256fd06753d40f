namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>Size, sampling and order of blocks of one file; set again for the next one.</summary>
internal sealed class JpegLayout
{
    /// <summary>Blocks an MCU may have (T.81 B.2.3).</summary>
    public const int McuBlocksMax = 10;

    private const int BlockSide = 8;

    private readonly JpegPlane[] _planes = [new(), new(), new()];

    /// <summary>Marker of the frame header: baseline or extended sequential.</summary>
    public byte Process { get; set; }

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>MCUs between restart markers; 0 for none.</summary>
    public int RestartInterval { get; set; }

    /// <summary>1 for gray, 3 for brightness and two colour differences.</summary>
    public int PlaneCount { get; private set; }

    public ReadOnlySpan<JpegPlane> Planes => _planes.AsSpan(0, PlaneCount);

    /// <summary>Pixels of an MCU across: 8, 16 or 32.</summary>
    public int McuWidth { get; private set; }

    /// <summary>Pixels of an MCU down.</summary>
    public int McuHeight { get; private set; }

    public int McuColumns { get; private set; }

    public int McuRows { get; private set; }

    public int McuCount => McuColumns * McuRows;

    /// <summary>Blocks of one MCU.</summary>
    public int McuBlocks { get; private set; }

    /// <summary>The plane of a frame header's n-th component; fill it before <see cref="Complete"/>.</summary>
    public JpegPlane PlaneAt(int index) => _planes[index];

    public void Begin(int width, int height, int planes)
    {
        (Width, Height, PlaneCount, RestartInterval) = (width, height, planes, 0);
    }

    /// <summary>Works out steps and MCUs from the sampling factors; false where they do not divide each other.</summary>
    public bool Complete()
    {
        if (PlaneCount == 1)
        {
            // A single component is not interleaved: one block is one MCU whatever its factors say (T.81 A.2.2).
            (_planes[0].Columns, _planes[0].Rows) = (1, 1);
        }

        var (columns, rows, blocks) = (_planes[0].Columns, _planes[0].Rows, 0);
        foreach (var plane in Planes)
        {
            if (plane.Columns < 1 || plane.Rows < 1 || columns % plane.Columns != 0 || rows % plane.Rows != 0)
            {
                return false;
            }

            (plane.StepX, plane.StepY) = (columns / plane.Columns, rows / plane.Rows);
            blocks += plane.Columns * plane.Rows;
            if (plane.StepX is not (1 or 2 or 4) || plane.StepY is not (1 or 2 or 4))
            {
                return false;
            }
        }

        (McuWidth, McuHeight, McuBlocks) = (BlockSide * columns, BlockSide * rows, blocks);
        McuColumns = (Width + McuWidth - 1) / McuWidth;
        McuRows = (Height + McuHeight - 1) / McuHeight;

        // Masks are whole multiples of 16 pixels: an MCU of 24 would never fit them.
        return blocks <= McuBlocksMax && McuWidth is 8 or 16 or 32 && McuHeight is 8 or 16 or 32;
    }
}
