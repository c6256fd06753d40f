using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;

namespace Gateway.TestKit.Pki;

/// <summary>A provider with one gateway and all its keys, made in memory.</summary>
public sealed class TestProvider : IDisposable
{
    private readonly Lazy<SigningKey> _signing;
    private readonly Lazy<DecryptionKey> _decryption;

    public TestProvider(string uri, DateTimeOffset? now = null)
    {
        Now = now ?? TimeProvider.System.GetUtcNow();
        Uri = GatewayUri.Parse(uri);
        Pki = DevelopmentPki.Create(Uri, ["localhost"], Now);
        Anchors = TrustAnchors.FromCertificates([Pki.Root]);
        _signing = new(() => SigningKey.From(Pki));
        _decryption = new(() => DecryptionKey.From(Pki));
        Verification = VerificationKey.TryCreate(ChainOf("signing"), Anchors, Uri, Now).Key!;
        Encryption = EncryptionKey.TryCreate(ChainOf("decryption"), Anchors, Uri, Now).Key!;
    }

    public DateTimeOffset Now { get; }

    public GatewayUri Uri { get; }

    public DevelopmentPki Pki { get; }

    public TrustAnchors Anchors { get; }

    public SigningKey Signing => _signing.Value;

    public DecryptionKey Decryption => _decryption.Value;

    public VerificationKey Verification { get; }

    public EncryptionKey Encryption { get; }

    public X509Certificate2Collection ChainOf(string name) => [Pki[name].Certificate, Pki["issuing"].Certificate];

    /// <summary>Knows this provider's signing key and no other.</summary>
    public VerificationKey? Signers(ReadOnlyMemory<byte> keyIdentifier) =>
        keyIdentifier.Span.SequenceEqual(Verification.KeyIdentifier.Span) ? Verification : null;

    public void Dispose()
    {
        Signing.Dispose();
        Decryption.Dispose();
        Verification.Dispose();
        Encryption.Dispose();
        Pki.Dispose();
    }
}
