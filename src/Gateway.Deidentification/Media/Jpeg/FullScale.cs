using System.Runtime.CompilerServices;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>The picture's size.</summary>
internal readonly struct FullScale : IBlockScale
{
    public static int Side => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transform(QuantTable quant, scoped ReadOnlySpan<short> block, int last, scoped Span<byte> target, int stride)
    {
        if (last == 0)
        {
            InverseDct8.Flat(block[0], quant.Inverse8[0], target, stride);
        }
        else
        {
            InverseDct8.Transform(block, quant.Inverse8, target, stride);
        }
    }
}
