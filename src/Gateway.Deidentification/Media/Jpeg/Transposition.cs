using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>Eight vectors of eight numbers: the rows of a block.</summary>
internal ref struct Rows8
{
    public Vector256<float> A;
    public Vector256<float> B;
    public Vector256<float> C;
    public Vector256<float> D;
    public Vector256<float> E;
    public Vector256<float> F;
    public Vector256<float> G;
    public Vector256<float> H;
}

/// <summary>Turns rows into columns.</summary>
internal static class Transposition
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref Rows8 rows)
    {
        if (Avx.IsSupported)
        {
            TransposeAvx(ref rows);
        }
        else
        {
            TransposePortable(ref rows);
        }
    }

    /// <summary>Pairs, then fours, then halves change places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransposeAvx(ref Rows8 rows)
    {
        var ab0 = Avx.UnpackLow(rows.A, rows.B);
        var ab1 = Avx.UnpackHigh(rows.A, rows.B);
        var cd0 = Avx.UnpackLow(rows.C, rows.D);
        var cd1 = Avx.UnpackHigh(rows.C, rows.D);
        var ef0 = Avx.UnpackLow(rows.E, rows.F);
        var ef1 = Avx.UnpackHigh(rows.E, rows.F);
        var gh0 = Avx.UnpackLow(rows.G, rows.H);
        var gh1 = Avx.UnpackHigh(rows.G, rows.H);
        var top0 = Avx.Shuffle(ab0, cd0, 0x44);
        var top1 = Avx.Shuffle(ab0, cd0, 0xEE);
        var top2 = Avx.Shuffle(ab1, cd1, 0x44);
        var top3 = Avx.Shuffle(ab1, cd1, 0xEE);
        var low0 = Avx.Shuffle(ef0, gh0, 0x44);
        var low1 = Avx.Shuffle(ef0, gh0, 0xEE);
        var low2 = Avx.Shuffle(ef1, gh1, 0x44);
        var low3 = Avx.Shuffle(ef1, gh1, 0xEE);
        rows.A = Avx.Permute2x128(top0, low0, 0x20);
        rows.B = Avx.Permute2x128(top1, low1, 0x20);
        rows.C = Avx.Permute2x128(top2, low2, 0x20);
        rows.D = Avx.Permute2x128(top3, low3, 0x20);
        rows.E = Avx.Permute2x128(top0, low0, 0x31);
        rows.F = Avx.Permute2x128(top1, low1, 0x31);
        rows.G = Avx.Permute2x128(top2, low2, 0x31);
        rows.H = Avx.Permute2x128(top3, low3, 0x31);
    }

    /// <summary>The same through memory, for any machine.</summary>
    public static void TransposePortable(ref Rows8 rows)
    {
        Span<float> from = stackalloc float[64];
        Span<float> to = stackalloc float[64];
        rows.A.CopyTo(from);
        rows.B.CopyTo(from[8..]);
        rows.C.CopyTo(from[16..]);
        rows.D.CopyTo(from[24..]);
        rows.E.CopyTo(from[32..]);
        rows.F.CopyTo(from[40..]);
        rows.G.CopyTo(from[48..]);
        rows.H.CopyTo(from[56..]);
        for (var i = 0; i < 64; i++)
        {
            to[((i & 7) << 3) | (i >> 3)] = from[i];
        }

        rows.A = Vector256.Create<float>(to[..8]);
        rows.B = Vector256.Create<float>(to[8..16]);
        rows.C = Vector256.Create<float>(to[16..24]);
        rows.D = Vector256.Create<float>(to[24..32]);
        rows.E = Vector256.Create<float>(to[32..40]);
        rows.F = Vector256.Create<float>(to[40..48]);
        rows.G = Vector256.Create<float>(to[48..56]);
        rows.H = Vector256.Create<float>(to[56..]);
    }

    /// <summary>Turns four vectors of four numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref Vector128<float> a, ref Vector128<float> b, ref Vector128<float> c, ref Vector128<float> d)
    {
        if (Sse.IsSupported)
        {
            var ab0 = Sse.UnpackLow(a, b);
            var ab1 = Sse.UnpackHigh(a, b);
            var cd0 = Sse.UnpackLow(c, d);
            var cd1 = Sse.UnpackHigh(c, d);
            a = Sse.MoveLowToHigh(ab0, cd0);
            b = Sse.MoveHighToLow(cd0, ab0);
            c = Sse.MoveLowToHigh(ab1, cd1);
            d = Sse.MoveHighToLow(cd1, ab1);
            return;
        }

        var (e, f, g, h) = (a, b, c, d);
        a = Vector128.Create(e[0], f[0], g[0], h[0]);
        b = Vector128.Create(e[1], f[1], g[1], h[1]);
        c = Vector128.Create(e[2], f[2], g[2], h[2]);
        d = Vector128.Create(e[3], f[3], g[3], h[3]);
    }
}
