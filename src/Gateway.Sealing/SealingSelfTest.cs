using System.Security.Cryptography;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing;

/// <summary>
/// Known answers of every primitive the profile stands on (O-35), asked once at start: a broken or swapped crypto library is found before it
/// seals anything.
/// </summary>
public static class SealingSelfTest
{
    /// <summary>Runs all checks.</summary>
    /// <returns>The names of the primitives whose answer is wrong; empty when all are right.</returns>
    public static IReadOnlyList<string> Run()
    {
        (string Name, Func<bool> Holds)[] checks =
        [
            ("SHA-256", Sha256), ("HMAC-SHA256", Hmac), ("AES-256-GCM", Gcm), ("AES-256 key wrap", KeyWrap), ("ECDH P-256", Ecdh), ("ECDSA P-256", Ecdsa), ("Merkle tree", Merkle),
        ];
        return [.. checks.Where(check => !check.Holds()).Select(check => check.Name)];
    }

    // FIPS 180-2 appendix B.1
    private static bool Sha256() =>
        Is(SHA256.HashData("abc"u8), "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD");

    // RFC 4231 section 4.3
    private static bool Hmac() =>
        Is(HMACSHA256.HashData("Jefe"u8, "what do ya want for nothing?"u8), "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843");

    // The Galois/Counter Mode of Operation, test case 14
    private static bool Gcm()
    {
        Span<byte> ciphertext = stackalloc byte[16];
        Span<byte> tag = stackalloc byte[16];
        using var gcm = new AesGcm(new byte[32], tag.Length);
        gcm.Encrypt(new byte[12], new byte[16], ciphertext, tag);
        return Is(ciphertext, "CEA7403D4D606B6E074EC5D3BAF39D18") && Is(tag, "D0D1C8A799996BF0265B98B5D48AB919");
    }

    // RFC 3394 section 4.6
    private static bool KeyWrap()
    {
        Span<byte> wrapped = stackalloc byte[AesKeyWrap.WrappedBytes];
        AesKeyWrap.Wrap(
            Convert.FromHexString("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"),
            Convert.FromHexString("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F"),
            wrapped);
        return Is(wrapped, "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21");
    }

    // RFC 5903 section 8.1
    private static bool Ecdh()
    {
        using var mine = ECDiffieHellman.Create(Key(
            "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
            "DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180",
            "5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3"));
        using var theirs = ECDiffieHellman.Create(Key(
            null,
            "D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63",
            "56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB"));
        using var theirPublicKey = theirs.PublicKey;
        return Is(mine.DeriveRawSecretAgreement(theirPublicKey), "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE");
    }

    // RFC 6979 section A.2.5, SHA-256, message "sample"
    private static bool Ecdsa()
    {
        using var key = ECDsa.Create(Key(
            null,
            "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6",
            "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"));
        var signature = Convert.FromHexString(
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8");
        return key.VerifyData("sample"u8, signature, HashAlgorithmName.SHA256) && !key.VerifyData("simple"u8, signature, HashAlgorithmName.SHA256);
    }

    // Known root of the Certificate Transparency test tree with three leaves
    private static bool Merkle() =>
        Is(MerkleTree.Root([Array.Empty<byte>(), new byte[] { 0x00 }, new byte[] { 0x10 }]), "AEB6BCFE274B70A14FB067A5E5578264DB0FA9B51AF5E0BA159158F329E06E77");

    private static ECParameters Key(string? d, string x, string y) => new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        D = d is null ? null : Convert.FromHexString(d),
        Q = new ECPoint { X = Convert.FromHexString(x), Y = Convert.FromHexString(y) },
    };

    private static bool Is(ReadOnlySpan<byte> actual, string expected) => Convert.ToHexString(actual) == expected;
}
