using System.Runtime.CompilerServices;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>Decodes blocks into an I420 image.</summary>
/// <typeparam name="TScale">Its size. A type, so that the loop over the blocks is compiled for each size.</typeparam>
internal readonly ref struct PlanesSink<TScale> : IBlockSink
    where TScale : struct, IBlockScale
{
    private readonly JpegLayout _layout;
    private readonly PlaneSpan _luma;
    private readonly PlaneSpan _first;
    private readonly PlaneSpan _second;

    public PlanesSink(JpegLayout layout, PixelImage image)
    {
        _layout = layout;
        _luma = PlaneSpan.Of(image, 0);
        _first = PlaneSpan.Of(image, 1);
        _second = PlaneSpan.Of(image, 2);
    }

    public static ReadOnlySpan<byte> Order => CoefficientOrder.Columns;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(int plane, int column, int row, scoped Span<short> block, int last)
    {
        var source = _layout.Planes[plane];
        if (plane == 0)
        {
            Put(source.Quant, _luma, column, row, block, last);
        }
        else if (source is { StepX: 2, StepY: 2 })
        {
            Put(source.Quant, plane == 1 ? _first : _second, column, row, block, last);
        }
        else
        {
            PutResampled(source, plane == 1 ? _first : _second, column, row, block, last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(QuantTable quant, PlaneSpan target, int column, int row, scoped Span<short> block, int last)
    {
        int x = column * TScale.Side, y = row * TScale.Side;
        if (target.Holds(x, y, TScale.Side))
        {
            TScale.Transform(quant, block, last, target.From(x, y), target.Width);
        }
        else
        {
            PutClipped(quant, target, x, y, block, last);
        }
    }

    private static void PutClipped(QuantTable quant, PlaneSpan target, int x, int y, scoped Span<short> block, int last)
    {
        Span<byte> tile = stackalloc byte[TScale.Side * TScale.Side];
        TScale.Transform(quant, block, last, tile, TScale.Side);
        target.WriteClipped(tile, TScale.Side, x, y, TScale.Side, TScale.Side);
    }

    private static void PutResampled(JpegPlane source, PlaneSpan target, int column, int row, scoped Span<short> block, int last)
    {
        Span<byte> tile = stackalloc byte[ChromaTile.Size];
        TScale.Transform(source.Quant, block, last, tile, ChromaTile.Stride);
        ChromaTile.ToI420(tile, TScale.Side, source.StepX, source.StepY);
        int width = TScale.Side * source.StepX / 2, height = TScale.Side * source.StepY / 2;
        target.WriteClipped(tile, ChromaTile.Stride, column * width, row * height, width, height);
    }
}
