namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>At what size a block of 8 × 8 is decoded.</summary>
internal interface IBlockScale
{
    /// <summary>Samples across and down.</summary>
    static abstract int Side { get; }

    /// <summary>Decodes one block.</summary>
    /// <param name="quant">The quantization of its plane.</param>
    /// <param name="block">Coefficients in column order.</param>
    /// <param name="last">Last zigzag position that may not be zero.</param>
    /// <param name="target">First sample; <see cref="Side"/> rows of as many samples must exist.</param>
    /// <param name="stride">Bytes from row to row.</param>
    static abstract void Transform(QuantTable quant, scoped ReadOnlySpan<short> block, int last, scoped Span<byte> target, int stride);
}
