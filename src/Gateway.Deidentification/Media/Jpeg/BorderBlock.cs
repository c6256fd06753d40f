namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>
/// Blocks on the border of a picture whose sides are no multiples of an MCU. They have samples beyond it that no viewer shows and no detector
/// sees, and a file that was cropped without being coded anew has there what was cut away: the rest of a face. None of it may stay.
/// </summary>
internal static class BorderBlock
{
    private const int Side = 8;

    /// <summary>Finds the MCUs that reach beyond the picture.</summary>
    public static void Find(JpegLayout layout, McuSet border)
    {
        border.Begin(layout);
        if (layout.Width % layout.McuWidth != 0)
        {
            border.Add(new PixelRect(layout.Width - 1, 0, layout.Width, layout.Height));
        }

        if (layout.Height % layout.McuHeight != 0)
        {
            border.Add(new PixelRect(0, layout.Height - 1, layout.Width, layout.Height));
        }
    }

    /// <summary>
    /// Makes the samples of a block that lie beyond the picture repeat the last ones within. A block that lies beyond it as a whole gets the
    /// brightness of the block before and nothing else, as encoders write it. A block within the picture is left as it is.
    /// </summary>
    /// <param name="layout">The picture.</param>
    /// <param name="plane">Number of the plane.</param>
    /// <param name="column">Column among its blocks.</param>
    /// <param name="row">Row among them.</param>
    /// <param name="block">64 coefficients in column order; changed.</param>
    /// <param name="before">DC of the block before it.</param>
    public static void Trim(JpegLayout layout, int plane, int column, int row, scoped Span<short> block, short before)
    {
        var source = layout.Planes[plane];
        var width = Within(layout.Width, source.StepX, column);
        var height = Within(layout.Height, source.StepY, row);
        if (width == 0 || height == 0)
        {
            block.Clear();
            block[0] = before;
        }
        else if (width < Side || height < Side)
        {
            Span<byte> samples = stackalloc byte[Side * Side];
            InverseDct8.Transform(block, source.Quant.Inverse8, samples, Side);
            Repeat(samples, width, height);
            ForwardDct8.Transform(samples, source.Quant.Forward8, block);
        }
    }

    /// <summary>Samples of a block that lie within the picture, 0 to 8 (T.81 A.1.1: a plane has a sample for each step begun).</summary>
    private static int Within(int pixels, int step, int block) => Math.Clamp(((pixels + step - 1) / step) - (Side * block), 0, Side);

    private static void Repeat(Span<byte> samples, int width, int height)
    {
        for (var y = 0; y < height; y++)
        {
            var row = samples.Slice(y * Side, Side);
            row[width..].Fill(row[width - 1]);
        }

        var last = samples.Slice((height - 1) * Side, Side);
        for (var y = height; y < Side; y++)
        {
            last.CopyTo(samples[(y * Side)..]);
        }
    }
}
