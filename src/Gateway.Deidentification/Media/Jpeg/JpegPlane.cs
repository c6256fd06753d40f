namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>One component of a frame: how it is sampled and coded.</summary>
internal sealed class JpegPlane
{
    /// <summary>Identifier in the frame and scan headers.</summary>
    public byte Id { get; set; }

    /// <summary>Blocks of one MCU side by side.</summary>
    public int Columns { get; set; }

    /// <summary>Blocks of one MCU below each other.</summary>
    public int Rows { get; set; }

    /// <summary>Pixels for one sample across: 1, 2 or 4.</summary>
    public int StepX { get; set; }

    /// <summary>Pixels for one sample down.</summary>
    public int StepY { get; set; }

    public int QuantSlot { get; set; }

    public int DcSlot { get; set; }

    public int AcSlot { get; set; }

    public QuantTable Quant { get; set; } = null!;

    public HuffmanTable Dc { get; set; } = null!;

    public HuffmanTable Ac { get; set; } = null!;
}
