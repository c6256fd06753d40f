using System.Runtime.Versioning;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;
using Gateway.TestKit;

namespace Gateway.Sealing.Tests.Keys;

[UnsupportedOSPlatform("windows")]
public sealed class KeyFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TempFolder _folder = new();

    public KeyFileTests() => Some.Alpha.Pki.WriteTo(Pki);

    private string Pki => _folder["pki"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void A_key_that_others_can_use_is_refused_with_a_remedy(UnixFileMode mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are Unix");
        File.SetUnixFileMode(PathOf("signing.key"), OwnerOnly | mode);

        var error = Assert.Throws<InvalidDataException>(LoadSigning);

        Assert.Contains("chmod 600", error.Message);
        Assert.Contains("signing.key", error.Message);
    }

    [Fact]
    public void A_secret_that_others_can_read_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are Unix");
        File.SetUnixFileMode(PathOf("storage.key"), OwnerOnly | UnixFileMode.OtherRead);

        Assert.Throws<InvalidDataException>(() => RecordVault.Load(PathOf("storage.key")));
    }

    [Fact]
    public void An_absent_key_is_named() =>
        Assert.Contains("absent.key", Assert.Throws<InvalidDataException>(() => SecretFile.Read32(PathOf("absent.key"))).Message);

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64 at all, and quite a bit longer than it should be")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_secret_of_another_form_is_refused_and_not_repeated(string content)
    {
        File.WriteAllText(PathOf("storage.key"), content);

        var error = Assert.Throws<InvalidDataException>(() => SecretFile.Read32(PathOf("storage.key")));

        Assert.True(content.Length < 5 || !error.ToString().Contains(content, StringComparison.Ordinal));
    }

    [Fact]
    public void The_key_of_another_certificate_is_refused()
    {
        var error = Assert.Throws<InvalidDataException>(() => SigningKey.Load(PathOf("signing.crt"), PathOf("tls.key")));

        Assert.Contains("is not the key of", error.Message);
    }

    [Fact]
    public void A_TLS_certificate_is_not_loaded_for_signing()
    {
        var error = Assert.Throws<InvalidDataException>(() => SigningKey.Load(PathOf("tls.crt"), PathOf("tls.key")));

        Assert.Contains("is not for Signing", error.Message);
    }

    [Fact]
    public void A_signing_certificate_is_not_loaded_for_decryption() =>
        Assert.Throws<InvalidDataException>(() => DecryptionKey.Load(PathOf("signing.crt"), PathOf("signing.key")));

    [Fact]
    public void A_key_file_with_something_else_in_it_is_refused()
    {
        File.WriteAllText(PathOf("signing.key"), File.ReadAllText(PathOf("signing.crt")));

        Assert.Throws<InvalidDataException>(LoadSigning);
    }

    [Fact]
    public void A_certificate_file_with_garbage_in_it_is_refused()
    {
        File.WriteAllText(PathOf("signing.crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

        Assert.Throws<InvalidDataException>(LoadSigning);
    }

    [Fact]
    public void Keys_come_back_from_their_files()
    {
        using var signing = SigningKey.Load(PathOf("signing.crt"), PathOf("signing.key"));
        using var decryption = DecryptionKey.Load(PathOf("decryption.crt"), PathOf("decryption.key"));

        Assert.Equal((Some.Alpha.Uri, Some.Alpha.Uri), (signing.Owner, decryption.Owner));
        Assert.Equal(Some.Alpha.Signing.Identity.KeyIdentifier, signing.Identity.KeyIdentifier);
        Assert.False(signing.Certificate.HasPrivateKey);
        Assert.Equal(Some.Alpha.Pki["issuing"].Certificate.RawData, signing.Chain[1].RawData);
    }

    [Fact]
    public void Roots_come_back_from_their_file()
    {
        var anchors = TrustAnchors.LoadPem(PathOf("root.crt"));

        var outcome = anchors.Check(
            Some.Alpha.Pki["signing"].Certificate, [Some.Alpha.Pki["issuing"].Certificate], CertificatePurpose.Signing, Some.Alpha.Uri, Some.Time);

        Assert.Equal(CertificateOutcome.Trusted, outcome);
    }

    [Fact]
    public void The_store_opens_with_the_key_from_its_file()
    {
        using var vault = RecordVault.Load(PathOf("storage.key"));
        using var again = RecordVault.Load(PathOf("storage.key"));
        var (wrappedKey, ciphertext) = vault.Protect(Some.Content, default);

        Assert.True(again.TryOpen(wrappedKey, ciphertext, default, out var plaintext));
        Assert.Equal(Some.Content, plaintext);
    }

    [Fact]
    public void A_digest_under_a_key_from_a_file_is_the_one_under_that_key()
    {
        using var fromFile = KeyedDigest.Load(PathOf("pseudonymisation.key"), "index");
        using var fromBytes = new KeyedDigest(SecretFile.Read32(PathOf("pseudonymisation.key")), "index");

        Assert.Equal(fromBytes.Compute(Some.Content), fromFile.Compute(Some.Content));
    }

    private string PathOf(string name) => Path.Combine(Pki, name);

    private void LoadSigning() => SigningKey.Load(PathOf("signing.crt"), PathOf("signing.key")).Dispose();
}
