using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>Between samples of 8 bits and the numbers around 0 that the transforms work with.</summary>
internal static class SampleRows
{
    /// <summary>What 0 is as a sample, and half a step: a conversion that cuts then rounds.</summary>
    public const float Middle = 128.5f;

    /// <summary>Rounds eight rows and writes them, limited to 0 to 255.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(in Rows8 rows, Span<byte> target, int stride)
    {
        _ = target[(7 * stride) + 7];
        ref var first = ref MemoryMarshal.GetReference(target);
        if (Avx2.IsSupported)
        {
            StoreFour(rows.A, rows.B, rows.C, rows.D, ref first, stride);
            StoreFour(rows.E, rows.F, rows.G, rows.H, ref Unsafe.Add(ref first, 4 * (nint)stride), stride);
            return;
        }

        StoreOne(rows.A, ref first);
        StoreOne(rows.B, ref Unsafe.Add(ref first, (nint)stride));
        StoreOne(rows.C, ref Unsafe.Add(ref first, 2 * (nint)stride));
        StoreOne(rows.D, ref Unsafe.Add(ref first, 3 * (nint)stride));
        StoreOne(rows.E, ref Unsafe.Add(ref first, 4 * (nint)stride));
        StoreOne(rows.F, ref Unsafe.Add(ref first, 5 * (nint)stride));
        StoreOne(rows.G, ref Unsafe.Add(ref first, 6 * (nint)stride));
        StoreOne(rows.H, ref Unsafe.Add(ref first, 7 * (nint)stride));
    }

    /// <summary>Reads eight samples as numbers around 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(ReadOnlySpan<byte> samples)
    {
        var eight = Vector128.CreateScalar(MemoryMarshal.Read<ulong>(samples)).AsByte();
        if (Avx2.IsSupported)
        {
            return Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(eight)) - Vector256.Create(128f);
        }

        var wide = Vector128.WidenLower(eight);
        var numbers = Vector256.Create(Vector128.WidenLower(wide), Vector128.WidenUpper(wide)).AsInt32();
        return Vector256.ConvertToSingle(numbers) - Vector256.Create(128f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFour(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, ref byte target, int stride)
    {
        var middle = Vector256.Create(Middle);
        var ab = Avx2.PackSignedSaturate(Avx.ConvertToVector256Int32WithTruncation(a + middle), Avx.ConvertToVector256Int32WithTruncation(b + middle));
        var cd = Avx2.PackSignedSaturate(Avx.ConvertToVector256Int32WithTruncation(c + middle), Avx.ConvertToVector256Int32WithTruncation(d + middle));
        var packed = Avx2.PackUnsignedSaturate(ab, cd).AsInt32();
        var rows = Avx2.PermuteVar8x32(packed, Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7)).AsUInt64();
        Unsafe.WriteUnaligned(ref target, rows.GetElement(0));
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, (nint)stride), rows.GetElement(1));
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, 2 * (nint)stride), rows.GetElement(2));
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, 3 * (nint)stride), rows.GetElement(3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreOne(Vector256<float> row, ref byte target)
    {
        var limited = Vector256.Min(Vector256.Max(row + Vector256.Create(Middle), Vector256<float>.Zero), Vector256.Create(255f));
        var whole = Vector256.ConvertToInt32(limited);
        var halves = Vector128.Narrow(whole.GetLower(), whole.GetUpper());
        Unsafe.WriteUnaligned(ref target, Vector128.Narrow(halves, halves).AsUInt64().ToScalar());
    }
}
