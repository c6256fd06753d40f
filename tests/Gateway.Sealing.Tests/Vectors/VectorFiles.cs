using System.Globalization;
using System.Text.Json;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;
using Gateway.TestKit;

namespace Gateway.Sealing.Tests.Vectors;

/// <summary>One line of the list of vectors.</summary>
internal sealed record ListedVector(string File, string Kind, string? Answers, string Name, string Outcome);

/// <summary>The list of vectors, as it stands in its file.</summary>
internal sealed record VectorList(string Now, IReadOnlyList<ListedVector> Vectors);

/// <summary>The vectors as files that another language can run.</summary>
internal static class VectorFiles
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private static string Folder => Repository.PathOf("tests", "Vectors", "Cms");

    public static VectorList ReadList() => JsonSerializer.Deserialize<VectorList>(File.ReadAllText(Path.Combine(Folder, "vectors.json")), Options)!;

    public static Vector Read(ListedVector listed) => new(
        listed.Kind,
        listed.Name,
        File.ReadAllBytes(Path.Combine(Folder, listed.File)),
        listed.Answers is null ? null : File.ReadAllBytes(Path.Combine(Folder, listed.Answers)));

    public static VectorKeys ReadKeys(TempFolder scratch)
    {
        // In a checkout anybody may read the key, and our loader refuses such a key.
        var key = scratch["beta-decryption.key"];
        File.Copy(Path.Combine(Folder, "beta-decryption.key"), key);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var now = DateTimeOffset.Parse(ReadList().Now, CultureInfo.InvariantCulture);
        return new VectorKeys(DecryptionKey.Load(Path.Combine(Folder, "beta-decryption.crt"), key), ReadSigner("alpha", now), ReadSigner("beta", now));
    }

    public static void Write(IReadOnlyList<Vector> vectors)
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        Directory.CreateDirectory(Folder);
        Write("beta-decryption.key", Some.Beta.Pki["decryption"].ExportPrivateKeyPem());
        foreach (var (name, provider) in (ReadOnlySpan<(string, TestKit.Pki.TestProvider)>)[("alpha", Some.Alpha), ("beta", Some.Beta)])
        {
            Write($"{name}-root.crt", provider.Pki.Root.ExportCertificatePem());
            foreach (var use in (ReadOnlySpan<string>)["signing", "decryption"])
            {
                Write($"{name}-{use}.crt", string.Join('\n', provider.ChainOf(use).Select(certificate => certificate.ExportCertificatePem())));
            }
        }

        var listed = vectors.Index().Select(item => Write(item.Index + 1, item.Item)).ToArray();
        Write("vectors.json", JsonSerializer.Serialize(new VectorList(Some.Time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), listed), Options));
    }

    private static ListedVector Write(int number, Vector vector)
    {
        var file = string.Create(CultureInfo.InvariantCulture, $"{vector.Kind}-{number:D3}.der");
        File.WriteAllBytes(Path.Combine(Folder, file), vector.Bytes);
        var answers = vector.Answers is null ? null : string.Create(CultureInfo.InvariantCulture, $"{vector.Kind}-{number:D3}-answers.der");
        if (answers is not null)
        {
            File.WriteAllBytes(Path.Combine(Folder, answers), vector.Answers!);
        }

        return new ListedVector(file, vector.Kind, answers, vector.Name, vector.Judge(VectorMaker.Keys));
    }

    private static void Write(string name, string text) => File.WriteAllText(Path.Combine(Folder, name), text.TrimEnd() + "\n");

    private static SignerRegistry ReadSigner(string provider, DateTimeOffset now)
    {
        var (outcome, key) = VerificationKey.TryLoad(
            Path.Combine(Folder, $"{provider}-signing.crt"), TrustAnchors.LoadPem(Path.Combine(Folder, $"{provider}-root.crt")), expected: null, now);
        Assert.True(key is not null, outcome.ToString());
        return identifier => key.KeyIdentifier.Span.SequenceEqual(identifier.Span) ? key : null;
    }
}
