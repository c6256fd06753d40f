using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>From 64 coefficients to 8 × 8 samples: Arai, Agui and Nakajima's butterflies in single precision, the same on every machine.</summary>
internal static class InverseDct8
{
    private const float Sqrt2 = 1.41421356f;

    /// <summary>Transforms one block.</summary>
    /// <param name="block">Coefficients in column order.</param>
    /// <param name="factors"><see cref="QuantTable.Inverse8"/>.</param>
    /// <param name="target">First sample; seven rows further down must exist.</param>
    /// <param name="stride">Bytes from row to row.</param>
    public static void Transform(ReadOnlySpan<short> block, ReadOnlySpan<float> factors, Span<byte> target, int stride)
    {
        var rows = default(Rows8);
        rows.A = Load(block, factors, 0);
        rows.B = Load(block, factors, 8);
        rows.C = Load(block, factors, 16);
        rows.D = Load(block, factors, 24);
        rows.E = Load(block, factors, 32);
        rows.F = Load(block, factors, 40);
        rows.G = Load(block, factors, 48);
        rows.H = Load(block, factors, 56);
        Pass(ref rows);
        Transposition.Transpose(ref rows);
        Pass(ref rows);
        SampleRows.Store(in rows, target, stride);
    }

    /// <summary>Fills 8 × 8 samples where DC is all there is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Flat(short dc, float factor, Span<byte> target, int stride)
    {
        var eight = (ulong)Math.Clamp((int)((dc * factor) + SampleRows.Middle), 0, 255) * 0x0101010101010101;
        _ = target[(7 * stride) + 7];
        ref var first = ref MemoryMarshal.GetReference(target);
        for (var row = 0; row < 8; row++)
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref first, (nint)row * stride), eight);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load(ReadOnlySpan<short> block, ReadOnlySpan<float> factors, int at)
    {
        var eight = Vector128.Create(block.Slice(at, 8));
        var wide = Avx2.IsSupported
            ? Avx2.ConvertToVector256Int32(eight)
            : Vector256.Create(Vector128.WidenLower(eight), Vector128.WidenUpper(eight));
        return Vector256.ConvertToSingle(wide) * Vector256.Create(factors.Slice(at, 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pass(ref Rows8 r)
    {
        var sqrt2 = Vector256.Create(Sqrt2);
        var even0 = r.A + r.E;
        var even1 = r.A - r.E;
        var even3 = r.C + r.G;
        var even2 = ((r.C - r.G) * sqrt2) - even3;
        var t0 = even0 + even3;
        var t3 = even0 - even3;
        var t1 = even1 + even2;
        var t2 = even1 - even2;

        var z13 = r.F + r.D;
        var z10 = r.F - r.D;
        var z11 = r.B + r.H;
        var z12 = r.B - r.H;
        var t7 = z11 + z13;
        var z5 = (z10 + z12) * Vector256.Create(1.847759065f);
        var t6 = z5 - (z10 * Vector256.Create(2.613125930f)) - t7;
        var t5 = ((z11 - z13) * sqrt2) - t6;
        var t4 = (z12 * Vector256.Create(1.082392200f)) - z5 + t5;

        r.A = t0 + t7;
        r.H = t0 - t7;
        r.B = t1 + t6;
        r.G = t1 - t6;
        r.C = t2 + t5;
        r.F = t2 - t5;
        r.E = t3 + t4;
        r.D = t3 - t4;
    }
}
