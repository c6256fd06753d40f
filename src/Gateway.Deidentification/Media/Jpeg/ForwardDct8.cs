using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>From 8 × 8 samples to 64 quantised coefficients, the reverse of <see cref="InverseDct8"/>.</summary>
internal static class ForwardDct8
{
    /// <summary>Largest value an AC coefficient of 8-bit samples has a code for.</summary>
    private const int AcMax = 1023;

    /// <summary>Transforms one block.</summary>
    /// <param name="samples">64 samples row by row.</param>
    /// <param name="factors"><see cref="QuantTable.Forward8"/>.</param>
    /// <param name="block">64 coefficients in column order.</param>
    public static void Transform(ReadOnlySpan<byte> samples, ReadOnlySpan<float> factors, Span<short> block)
    {
        var rows = default(Rows8);
        rows.A = SampleRows.Load(samples[..8]);
        rows.B = SampleRows.Load(samples.Slice(8, 8));
        rows.C = SampleRows.Load(samples.Slice(16, 8));
        rows.D = SampleRows.Load(samples.Slice(24, 8));
        rows.E = SampleRows.Load(samples.Slice(32, 8));
        rows.F = SampleRows.Load(samples.Slice(40, 8));
        rows.G = SampleRows.Load(samples.Slice(48, 8));
        rows.H = SampleRows.Load(samples.Slice(56, 8));
        Pass(ref rows);
        Transposition.Transpose(ref rows);
        Pass(ref rows);
        Quantise(rows.A, factors, block, 0);
        Quantise(rows.B, factors, block, 8);
        Quantise(rows.C, factors, block, 16);
        Quantise(rows.D, factors, block, 24);
        Quantise(rows.E, factors, block, 32);
        Quantise(rows.F, factors, block, 40);
        Quantise(rows.G, factors, block, 48);
        Quantise(rows.H, factors, block, 56);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quantise(Vector256<float> row, ReadOnlySpan<float> factors, Span<short> block, int at)
    {
        var steps = Vector256.Round(row * Vector256.Create(factors.Slice(at, 8)));
        var limited = Vector256.Min(Vector256.Max(steps, Vector256.Create((float)-AcMax)), Vector256.Create((float)AcMax));
        var whole = Vector256.ConvertToInt32(limited);
        Vector128.Narrow(whole.GetLower(), whole.GetUpper()).CopyTo(block[at..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pass(ref Rows8 r)
    {
        var (s0, s1, s2, s3) = (r.A + r.H, r.B + r.G, r.C + r.F, r.D + r.E);
        var (d0, d1, d2, d3) = (r.A - r.H, r.B - r.G, r.C - r.F, r.D - r.E);
        var sqrtHalf = Vector256.Create(0.707106781f);

        var even0 = s0 + s3;
        var even3 = s0 - s3;
        var even1 = s1 + s2;
        var z1 = (s1 - s2 + even3) * sqrtHalf;
        r.A = even0 + even1;
        r.E = even0 - even1;
        r.C = even3 + z1;
        r.G = even3 - z1;

        var odd0 = d3 + d2;
        var odd1 = d2 + d1;
        var odd2 = d1 + d0;
        var z5 = (odd0 - odd2) * Vector256.Create(0.382683433f);
        var z2 = (odd0 * Vector256.Create(0.541196100f)) + z5;
        var z4 = (odd2 * Vector256.Create(1.306562965f)) + z5;
        var z3 = odd1 * sqrtHalf;
        var (z11, z13) = (d0 + z3, d0 - z3);
        r.F = z13 + z2;
        r.D = z13 - z2;
        r.B = z11 + z4;
        r.H = z11 - z4;
    }
}
