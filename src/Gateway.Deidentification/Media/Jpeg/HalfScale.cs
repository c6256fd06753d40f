using System.Runtime.CompilerServices;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>Half the picture's width and height, which is what a detector is shown.</summary>
internal readonly struct HalfScale : IBlockScale
{
    public static int Side => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transform(QuantTable quant, scoped ReadOnlySpan<short> block, int last, scoped Span<byte> target, int stride)
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
}
