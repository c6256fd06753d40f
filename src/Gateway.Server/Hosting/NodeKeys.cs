using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;

namespace Gateway.Server.Hosting;

/// <summary>All keys of a node, each for one use (O-01), loaded once from the folder that <c>gateway certs init</c> fills.</summary>
internal sealed class NodeKeys : IDisposable
{
    private readonly string _folder;

    private NodeKeys(string folder, DateTimeOffset now)
    {
        _folder = folder;
        string In(string file) => Path.Combine(folder, file);

        Anchors = TrustAnchors.LoadPem(In("root.crt"));
        Tls = TlsIdentity.Load(In("tls.crt"), In("tls.key"));
        Signing = SigningKey.Load(In("signing.crt"), In("signing.key"));
        Signer = LoadSigner(In("signing.crt"), now);
        Decryption = DecryptionKey.Load(In("decryption.crt"), In("decryption.key"));
        Vault = RecordVault.Load(In("storage.key"));
        Index = KeyedDigest.Load(In("storage.key"), "index");
        Source = KeyedDigest.Load(In("storage.key"), "source");
        Pseudonyms = KeyedDigest.Load(In("pseudonymisation.key"), "pseudonym");
    }

    /// <summary>Roots of our own provider: who our backends and we ourselves are.</summary>
    public TrustAnchors Anchors { get; }

    /// <summary>TLS leaf with its intermediate.</summary>
    public TlsIdentity Tls { get; }

    /// <summary>Signs messages, receipts and records.</summary>
    public SigningKey Signing { get; }

    /// <summary>The public half of <see cref="Signing"/>, validated like a peer's.</summary>
    public VerificationKey Signer { get; }

    /// <summary>Opens envelopes addressed to us.</summary>
    public DecryptionKey Decryption { get; }

    /// <summary>Encrypts records at rest.</summary>
    public RecordVault Vault { get; }

    /// <summary>Digests by which the store finds what it cannot read.</summary>
    public KeyedDigest Index { get; }

    /// <summary>Digests of source media in records.</summary>
    public KeyedDigest Source { get; }

    /// <summary>Makes relationship pseudonyms.</summary>
    public KeyedDigest Pseudonyms { get; }

    /// <summary>Loads all keys and certificates.</summary>
    /// <exception cref="InvalidDataException">A file is missing, others may read it, or it does not hold; the message has a remedy.</exception>
    public static NodeKeys Load(string folder, TimeProvider time) => new(folder, time.GetUtcNow());

    /// <summary>A TLS identity of another name in the same folder, such as a backend's.</summary>
    /// <exception cref="InvalidDataException">There is none; the message has a remedy.</exception>
    public TlsIdentity OpenOther(string name) => TlsIdentity.Load(Path.Combine(_folder, name + ".crt"), Path.Combine(_folder, name + ".key"));

    public void Dispose()
    {
        Tls.Dispose();
        Signing.Dispose();
        Signer.Dispose();
        Decryption.Dispose();
        Vault.Dispose();
        Index.Dispose();
        Source.Dispose();
        Pseudonyms.Dispose();
    }

    private VerificationKey LoadSigner(string path, DateTimeOffset now)
    {
        var (outcome, key) = VerificationKey.TryLoad(path, Anchors, Signing.Owner, now);
        return key ?? throw new InvalidDataException($"{path} does not hold: {outcome}; renew it, and make sure the clock is right");
    }
}
