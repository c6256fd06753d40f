using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;
using Gateway.TestKit;

namespace Gateway.Fuzz;

/// <summary>
/// Keys of two providers that stay the same from run to run: with others, what was once found would be refused before it gets where it broke
/// something. They are in the repository and so they are nobody's.
/// </summary>
internal sealed class FuzzKeys : IDisposable
{
    /// <summary>When everything here is signed, opened and checked.</summary>
    public static readonly DateTimeOffset Time = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Certificates = ["root.crt", "signing.crt", "decryption.crt"];
    private static readonly string[] Keys = ["signing", "decryption"];

    private readonly TempFolder _folder = new();

    public FuzzKeys(string uri)
    {
        Uri = GatewayUri.Parse(uri);
        var kept = Path.Combine(Corpus.Folder, "keys", Uri.Provider);
        foreach (var file in Certificates)
        {
            File.Copy(Path.Combine(kept, file), _folder[file]);
        }

        foreach (var name in Keys)
        {
            // A working copy does not keep the mode of a file, and a key that others can read is refused.
            SecretFile.WriteNew(_folder[name + ".key"], File.ReadAllText(Path.Combine(kept, name + ".pem")));
        }

        Anchors = TrustAnchors.LoadPem(_folder["root.crt"]);
        Signing = SigningKey.Load(_folder["signing.crt"], _folder["signing.key"]);
        Decryption = DecryptionKey.Load(_folder["decryption.crt"], _folder["decryption.key"]);
        Verification = VerificationKey.TryLoad(_folder["signing.crt"], Anchors, Uri, Time).Key!;
        Encryption = EncryptionKey.TryLoad(_folder["decryption.crt"], Anchors, Uri, Time).Key!;
    }

    public GatewayUri Uri { get; }

    public TrustAnchors Anchors { get; }

    public SigningKey Signing { get; }

    public DecryptionKey Decryption { get; }

    public VerificationKey Verification { get; }

    public EncryptionKey Encryption { get; }

    /// <summary>Makes the keys of a provider anew; what the corpus holds is then refused earlier than it was.</summary>
    public static void Write(string uri)
    {
        using var folder = new TempFolder();
        using var pki = DevelopmentPki.Create(GatewayUri.Parse(uri), ["localhost"], Time);
        pki.WriteTo(folder["pki"]);
        var kept = Directory.CreateDirectory(Path.Combine(Corpus.Folder, "keys", pki.Owner.Provider)).FullName;
        foreach (var file in Certificates)
        {
            File.Copy(folder[$"pki/{file}"], Path.Combine(kept, file), overwrite: true);
        }

        foreach (var name in Keys)
        {
            File.WriteAllText(Path.Combine(kept, name + ".pem"), File.ReadAllText(folder[$"pki/{name}.key"]));
        }
    }

    public VerificationKey? Signers(ReadOnlyMemory<byte> keyIdentifier) =>
        keyIdentifier.Span.SequenceEqual(Verification.KeyIdentifier.Span) ? Verification : null;

    public void Dispose()
    {
        Signing.Dispose();
        Decryption.Dispose();
        Verification.Dispose();
        Encryption.Dispose();
        _folder.Dispose();
    }
}
