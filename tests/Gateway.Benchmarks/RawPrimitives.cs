using System.Security.Cryptography;

namespace Gateway.Benchmarks;

/// <summary>The physical limit: the primitives of the profile on the same bytes, with nothing around them.</summary>
internal sealed class RawPrimitives
{
    private readonly byte[] _content;
    private readonly byte[] _ciphertext;
    private readonly byte[] _opened;
    private readonly byte[] _key = new byte[32];
    private readonly byte[] _nonce = new byte[12];
    private readonly byte[] _tag = new byte[16];
    private readonly byte[] _signature;
    private readonly ECDsa _signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDiffieHellman _recipient = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECParameters _originator;

    public RawPrimitives(byte[] content)
    {
        _content = content;
        _ciphertext = new byte[content.Length];
        _opened = new byte[content.Length];
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        _originator = ephemeral.ExportParameters(includePrivateParameters: false);
        _signature = _signer.SignHash(SHA256.HashData(content));
        Protect();
    }

    public void Protect()
    {
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var recipient = _recipient.PublicKey;
        _ = ephemeral.DeriveKeyFromHash(recipient, HashAlgorithmName.SHA256);
        _ = _signer.SignHash(SHA256.HashData(_content));
        using var gcm = new AesGcm(_key, _tag.Length);
        gcm.Encrypt(_nonce, _content, _ciphertext, _tag);
    }

    public void Unprotect()
    {
        using var originator = ECDiffieHellman.Create(_originator);
        using var publicKey = originator.PublicKey;
        _ = _recipient.DeriveKeyFromHash(publicKey, HashAlgorithmName.SHA256);
        using var gcm = new AesGcm(_key, _tag.Length);
        gcm.Decrypt(_nonce, _ciphertext, _tag, _opened);
        if (!_signer.VerifyHash(SHA256.HashData(_opened), _signature))
        {
            throw new InvalidOperationException("the signature did not verify");
        }
    }
}
