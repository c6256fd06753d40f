using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using AesInstructions = System.Runtime.Intrinsics.X86.Aes;

namespace Gateway.Sealing.Keys;

/// <summary>
/// AES-256 (FIPS 197) on one block, by the processor's own instructions, whose time depends on neither key nor block. A key wrap encrypts 24
/// blocks of which each needs the one before, so the platform's cipher is called 24 times, and a call costs twenty times as much as a block.
/// </summary>
internal sealed class AesRounds : IDisposable
{
    private const int Rounds = 14;

    private readonly Vector128<byte>[] _keys = GC.AllocateArray<Vector128<byte>>(Rounds + 1, pinned: true);

    public AesRounds(ReadOnlySpan<byte> key, bool encrypts)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, AesKeyWrap.KeyBytes);
        Expand(key);
        if (!encrypts)
        {
            // FIPS 197 section 5.3.5: the inverse cipher in the order of the forward one has its inner round keys mixed, and all of them reversed.
            for (var round = 1; round < Rounds; round++)
            {
                _keys[round] = AesInstructions.InverseMixColumns(_keys[round]);
            }

            Array.Reverse(_keys);
        }
    }

    /// <summary>True where the processor has the instructions.</summary>
    public static bool IsSupported => AesInstructions.IsSupported;

    public Vector128<byte> Encrypt(Vector128<byte> block)
    {
        block ^= _keys[0];
        for (var round = 1; round < Rounds; round++)
        {
            block = AesInstructions.Encrypt(block, _keys[round]);
        }

        return AesInstructions.EncryptLast(block, _keys[Rounds]);
    }

    public Vector128<byte> Decrypt(Vector128<byte> block)
    {
        block ^= _keys[0];
        for (var round = 1; round < Rounds; round++)
        {
            block = AesInstructions.Decrypt(block, _keys[round]);
        }

        return AesInstructions.DecryptLast(block, _keys[Rounds]);
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_keys.AsSpan()));

    // FIPS 197 section 5.2 for 256 bits: two halves take turns, the first with a round constant.
    private void Expand(ReadOnlySpan<byte> key)
    {
        (_keys[0], _keys[1]) = (Vector128.Create(key[..16]), Vector128.Create(key[16..]));
        First(2, AesInstructions.KeygenAssist(_keys[1], 0x01));
        First(4, AesInstructions.KeygenAssist(_keys[3], 0x02));
        First(6, AesInstructions.KeygenAssist(_keys[5], 0x04));
        First(8, AesInstructions.KeygenAssist(_keys[7], 0x08));
        First(10, AesInstructions.KeygenAssist(_keys[9], 0x10));
        First(12, AesInstructions.KeygenAssist(_keys[11], 0x20));
        First(14, AesInstructions.KeygenAssist(_keys[13], 0x40));
    }

    private void First(int round, Vector128<byte> assisted)
    {
        _keys[round] = Chain(_keys[round - 2]) ^ Sse2.Shuffle(assisted.AsInt32(), 0b_11_11_11_11).AsByte();
        if (round < Rounds)
        {
            var second = AesInstructions.KeygenAssist(_keys[round], 0x00);
            _keys[round + 1] = Chain(_keys[round - 1]) ^ Sse2.Shuffle(second.AsInt32(), 0b_10_10_10_10).AsByte();
        }
    }

    // Every word becomes the exclusive or of itself and those before it.
    private static Vector128<byte> Chain(Vector128<byte> words)
    {
        words ^= Sse2.ShiftLeftLogical128BitLane(words, 4);
        return words ^ Sse2.ShiftLeftLogical128BitLane(words, 8);
    }
}
