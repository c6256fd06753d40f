using Gateway.Sealing.Keys;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Sealing.Certificates;

/// <summary>
/// A public key infrastructure for one gateway, for development and demonstration: root, issuing authority and one certificate a purpose, all
/// P-256. Its root key lies beside the others, which no production authority would allow.
/// </summary>
public sealed class DevelopmentPki : IDisposable
{
    /// <summary>Bytes of the storage key and of the pseudonymisation secret.</summary>
    public const int SecretBytes = 32;

    private const int LeafDays = 90;
    private const int IssuingYears = 5;
    private const int RootYears = 10;

    private readonly Dictionary<string, CertifiedKey> _keys = [];

    private DevelopmentPki(GatewayUri owner) => Owner = owner;

    /// <summary>The gateway it was made for.</summary>
    public GatewayUri Owner { get; }

    /// <summary>The self-signed root.</summary>
    public X509Certificate2 Root => _keys["root"].Certificate;

    /// <summary>Makes all keys and certificates.</summary>
    /// <param name="owner">The gateway; its URI goes into every certificate of its own.</param>
    /// <param name="dnsNames">DNS names for the TLS certificate: peers dial one of them.</param>
    /// <param name="now">Validity begins an hour before, for clocks that are late.</param>
    public static DevelopmentPki Create(GatewayUri owner, IReadOnlyList<string> dnsNames, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(dnsNames);
        var pki = new DevelopmentPki(owner);
        var from = now.AddHours(-1);
        var root = pki.Add("root", CertificateMaker.Root(owner.Provider, from, now.AddYears(RootYears)));
        var issuing = pki.Add("issuing", CertificateMaker.Issuing(owner.Provider, root, from, now.AddYears(IssuingYears)));
        var until = now.AddDays(LeafDays);
        pki.Add("tls", CertificateMaker.Leaf(issuing, owner, dnsNames, CertificatePurpose.Tls, from, until));
        pki.Add("signing", CertificateMaker.Leaf(issuing, owner, [], CertificatePurpose.Signing, from, until));
        pki.Add("decryption", CertificateMaker.Leaf(issuing, owner, [], CertificatePurpose.Decryption, from, until));
        foreach (var backend in (string[])["media-backend", "mapping-backend"])
        {
            var identity = GatewayUri.Parse($"xvide://{owner.Provider}/{backend}");
            pki.Add(backend, CertificateMaker.Leaf(issuing, identity, [], CertificatePurpose.Tls, from, until));
        }

        return pki;
    }

    /// <summary>A certificate of its own for a purpose, issued under the same authority: for tests of what must be refused.</summary>
    public CertifiedKey Issue(GatewayUri subject, IReadOnlyList<string> dnsNames, CertificatePurpose purpose, DateTimeOffset from, DateTimeOffset until) =>
        CertificateMaker.Leaf(_keys["issuing"], subject, dnsNames, purpose, from, until);

    /// <summary>The key and certificate of a name: root, issuing, tls, signing, decryption, media-backend, mapping-backend.</summary>
    public CertifiedKey this[string name] => _keys[name];

    /// <summary>
    /// Writes NAME.crt (leaf, then the issuing certificate) and NAME.key as PEM, and storage.key and pseudonymisation.key with 32 random bytes
    /// in base64. Keys get mode 600, the folder 700.
    /// </summary>
    /// <exception cref="IOException">A file is there already: keys in use are never overwritten.</exception>
    public void WriteTo(string folder)
    {
        SecretFile.CreateFolder(folder);
        RequireFree(folder);
        foreach (var (name, key) in _keys)
        {
            var chain = key.Certificate.ExportCertificatePem() + "\n";
            if (name is not ("root" or "issuing"))
            {
                chain += _keys["issuing"].Certificate.ExportCertificatePem() + "\n";
            }

            WriteNew(Path.Combine(folder, name + ".crt"), chain);
            SecretFile.WriteNew(Path.Combine(folder, name + ".key"), key.ExportPrivateKeyPem() + "\n");
        }

        SecretFile.WriteNew(Path.Combine(folder, "storage.key"), Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes)) + "\n");
        SecretFile.WriteNew(Path.Combine(folder, "pseudonymisation.key"), Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes)) + "\n");
    }

    /// <summary>Forgets the keys.</summary>
    public void Dispose()
    {
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }
    }

    /// <summary>All or nothing: half of a new set among an old one opens and verifies nothing.</summary>
    private void RequireFree(string folder)
    {
        var names = _keys.Keys.SelectMany(name => new[] { name + ".crt", name + ".key" }).Append("storage.key").Append("pseudonymisation.key");
        if (names.FirstOrDefault(name => File.Exists(Path.Combine(folder, name))) is { } taken)
        {
            throw new IOException($"{Path.Combine(folder, taken)} is there already and keys in use are never overwritten; name another folder");
        }
    }

    private static void WriteNew(string path, string text)
    {
        using var writer = new StreamWriter(new FileStream(path, FileMode.CreateNew, FileAccess.Write));
        writer.Write(text);
    }

    private CertifiedKey Add(string name, CertifiedKey key) => _keys[name] = key;
}
