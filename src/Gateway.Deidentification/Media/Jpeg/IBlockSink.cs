namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>Takes the blocks of a scan one by one. A structure, so that the reader is compiled for each kind.</summary>
internal interface IBlockSink
{
    /// <summary>Where the reader puts each zigzag position: <see cref="CoefficientOrder.Columns"/> or <see cref="CoefficientOrder.ZigZag"/>.</summary>
    static abstract ReadOnlySpan<byte> Order { get; }

    /// <summary>Takes one block. It is zeroed and used again afterwards.</summary>
    /// <param name="plane">Number of its plane.</param>
    /// <param name="column">Column among the blocks of its plane; blocks beyond the picture come too.</param>
    /// <param name="row">Row among them.</param>
    /// <param name="block">64 coefficients.</param>
    /// <param name="last">Last zigzag position that may not be zero.</param>
    void Put(int plane, int column, int row, scoped Span<short> block, int last);
}
