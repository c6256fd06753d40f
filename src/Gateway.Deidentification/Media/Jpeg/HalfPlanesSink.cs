using System.Runtime.CompilerServices;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>Decodes blocks into an I420 image of half the picture's width and height.</summary>
internal readonly ref struct HalfPlanesSink : IBlockSink
{
    private const int Side = 4;

    private readonly JpegLayout _layout;
    private readonly PlaneSpan _luma;
    private readonly PlaneSpan _first;
    private readonly PlaneSpan _second;

    public HalfPlanesSink(JpegLayout layout, PixelImage image)
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
        int x = column * Side, y = row * Side;
        if (target.Holds(x, y, Side))
        {
            Transform(quant, block, last, target.From(x, y), target.Width);
        }
        else
        {
            PutClipped(quant, target, x, y, block, last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transform(QuantTable quant, scoped ReadOnlySpan<short> block, int last, scoped Span<byte> target, int stride)
    {
        if (last == 0)
        {
            InverseDct4.Flat(block[0], quant.Inverse4[0], target, stride);
        }
        else
        {
            InverseDct4.Transform(block, quant.Inverse4, target, stride);
        }
    }

    private static void PutClipped(QuantTable quant, PlaneSpan target, int x, int y, scoped Span<short> block, int last)
    {
        Span<byte> tile = stackalloc byte[Side * Side];
        Transform(quant, block, last, tile, Side);
        target.WriteClipped(tile, Side, x, y, Side, Side);
    }

    private static void PutResampled(JpegPlane source, PlaneSpan target, int column, int row, scoped Span<short> block, int last)
    {
        Span<byte> tile = stackalloc byte[ChromaTile.Size];
        Transform(source.Quant, block, last, tile, ChromaTile.Stride);
        ChromaTile.ToI420(tile, Side, source.StepX, source.StepY);
        int width = Side * source.StepX / 2, height = Side * source.StepY / 2;
        target.WriteClipped(tile, ChromaTile.Stride, column * width, row * height, width, height);
    }
}
