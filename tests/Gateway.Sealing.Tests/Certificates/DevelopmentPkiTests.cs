using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Certificates;
using Gateway.TestKit;

namespace Gateway.Sealing.Tests.Certificates;

[UnsupportedOSPlatform("windows")]
public sealed class DevelopmentPkiTests
{
    private static readonly string[] Certificates = ["root", "issuing", "tls", "signing", "decryption", "media-backend", "mapping-backend"];

    [Theory]
    [InlineData("storage.key")]
    [InlineData("tls.crt")]
    public void Keys_that_are_there_are_not_overwritten(string existing)
    {
        using var folder = new TempFolder();
        folder.Write(existing, "precious"u8);

        Assert.Throws<IOException>(() => Some.Alpha.Pki.WriteTo(folder.Path));

        Assert.Equal("precious", File.ReadAllText(folder[existing]));
        Assert.Single(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void Only_the_owner_can_read_the_keys_and_enter_the_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are Unix");
        using var folder = new TempFolder();
        Some.Alpha.Pki.WriteTo(folder["pki"]);

        var modes = Directory.EnumerateFiles(folder["pki"], "*.key").Select(File.GetUnixFileMode);

        Assert.All(modes, mode => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder["pki"]));
    }

    [Fact]
    public void Each_certificate_has_its_key_beside_it_and_the_secrets_are_there()
    {
        using var folder = new TempFolder();
        Some.Alpha.Pki.WriteTo(folder["pki"]);

        var expected = Certificates.SelectMany(name => new[] { name + ".crt", name + ".key" }).Append("storage.key").Append("pseudonymisation.key");

        Assert.Equal(expected.Order(), Directory.EnumerateFiles(folder["pki"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void No_two_keys_are_the_same()
    {
        var pki = Some.Alpha.Pki;
        X509Certificate2[] all = [.. Certificates.Select(name => pki[name].Certificate)];

        Assert.Equal(all.Length, all.Select(certificate => certificate.GetPublicKeyString()).Distinct().Count());
    }

    [Fact]
    public void Backends_have_identities_of_their_own()
    {
        Assert.Equal("xvide://alpha/media-backend", SubjectUri.Of(Some.Alpha.Pki["media-backend"].Certificate)!.ToString());
        Assert.Equal("xvide://alpha/mapping-backend", SubjectUri.Of(Some.Alpha.Pki["mapping-backend"].Certificate)!.ToString());
    }

    [Theory]
    [InlineData("tls")]
    [InlineData("signing")]
    [InlineData("decryption")]
    [InlineData("media-backend")]
    [InlineData("mapping-backend")]
    public void OpenSSL_verifies_the_path_of_each_certificate(string name)
    {
        using var folder = new TempFolder();
        Some.Alpha.Pki.WriteTo(folder["pki"]);
        string File(string file) => Path.Combine(folder["pki"], file);

        var result = ForeignTool.OpenSsl(
            "verify", "-x509_strict", "-attime", $"{Some.Time.ToUnixTimeSeconds()}", "-CAfile", File("root.crt"), "-untrusted", File("issuing.crt"), File(name + ".crt"));

        Assert.True(result.ExitCode == 0, result.ToString());
    }
}
