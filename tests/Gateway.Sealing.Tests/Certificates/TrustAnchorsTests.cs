using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Tests.Forge;
using Gateway.TestKit;

namespace Gateway.Sealing.Tests.Certificates;

public sealed class TrustAnchorsTests
{
    private static readonly ForgedCertificate Good = new();
    private static readonly X509Certificate2Collection Intermediates = [Some.Alpha.Pki["issuing"].Certificate];

    public static TheoryData<string, CertificatePurpose, bool> UseMatrix
    {
        get
        {
            var matrix = new TheoryData<string, CertificatePurpose, bool>();
            foreach (var made in Enum.GetValues<CertificatePurpose>())
            {
                foreach (var used in Enum.GetValues<CertificatePurpose>())
                {
                    matrix.Add(made.ToString(), used, made == used);
                }
            }

            return matrix;
        }
    }

    /// <summary>Requirements X-19 and O-01: a key of one use serves no other.</summary>
    [Theory]
    [MemberData(nameof(UseMatrix))]
    public void A_certificate_serves_the_purpose_it_was_made_for_and_no_other(string made, CertificatePurpose used, bool serves)
    {
        var certificate = made switch
        {
            "Tls" => Some.Alpha.Pki["tls"].Certificate,
            "Signing" => Some.Alpha.Pki["signing"].Certificate,
            _ => Some.Alpha.Pki["decryption"].Certificate,
        };

        Assert.Equal(serves ? CertificateOutcome.Trusted : CertificateOutcome.WrongPurpose, Check(certificate, used));
    }

    [Theory]
    [InlineData("1.3.6.1.5.5.7.3.4")]
    [InlineData("2.5.29.37.0")]
    [InlineData("1.3.6.1.4.1.99999.3.2")]
    public void Another_extended_key_usage_is_refused(string oid) =>
        Assert.Equal(CertificateOutcome.WrongPurpose, Check((Good with { ExtendedUsage = [oid] }).Issue()));

    [Fact]
    public void A_second_extended_key_usage_is_refused() => Assert.Equal(
        CertificateOutcome.WrongPurpose,
        Check((Good with { ExtendedUsage = ["1.3.6.1.4.1.99999.3.1", "1.3.6.1.5.5.7.3.2"] }).Issue()));

    [Fact]
    public void No_extended_key_usage_is_not_every_usage() =>
        Assert.Equal(CertificateOutcome.WrongPurpose, Check((Good with { ExtendedUsage = [] }).Issue()));

    [Theory]
    [InlineData(X509KeyUsageFlags.KeyAgreement)]
    [InlineData(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyAgreement)]
    [InlineData(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign)]
    [InlineData(X509KeyUsageFlags.NonRepudiation)]
    public void Another_key_usage_is_refused(X509KeyUsageFlags usage) =>
        Assert.Equal(CertificateOutcome.WrongPurpose, Check((Good with { Usage = usage }).Issue()));

    [Fact]
    public void A_certificate_authority_does_not_sign_messages() =>
        Assert.Equal(CertificateOutcome.WrongPurpose, Check((Good with { Authority = true }).Issue()));

    [Fact]
    public void An_expired_certificate_is_refused() =>
        Assert.Equal(CertificateOutcome.Expired, Check((Good with { NotAfter = Some.Time.AddSeconds(-1) }).Issue()));

    [Fact]
    public void A_certificate_that_is_not_valid_yet_is_refused() =>
        Assert.Equal(CertificateOutcome.NotYetValid, Check((Good with { NotBefore = Some.Time.AddSeconds(1) }).Issue()));

    [Fact]
    public void A_certificate_under_an_expired_authority_is_refused() => Assert.Equal(
        CertificateOutcome.UntrustedChain,
        Check((Good with { NotAfter = Some.Time.AddYears(7) }).Issue(), at: Some.Time.AddYears(6)));

    [Fact]
    public void A_certificate_under_another_root_is_refused() => Assert.Equal(
        CertificateOutcome.UntrustedChain,
        Some.Beta.Anchors.Check(Some.Alpha.Pki["signing"].Certificate, Intermediates, CertificatePurpose.Signing, null, Some.Time));

    [Fact]
    public void A_certificate_without_its_intermediate_is_refused() => Assert.Equal(
        CertificateOutcome.UntrustedChain,
        Some.Alpha.Anchors.Check(Some.Alpha.Pki["signing"].Certificate, [], CertificatePurpose.Signing, null, Some.Time));

    [Fact]
    public void A_root_among_the_intermediates_is_not_a_root() => Assert.Equal(
        CertificateOutcome.UntrustedChain,
        Some.Beta.Anchors.Check(
            Some.Alpha.Pki["signing"].Certificate, [Some.Alpha.Pki["issuing"].Certificate, Some.Alpha.Pki.Root], CertificatePurpose.Signing, null, Some.Time));

    [Fact]
    public void A_self_signed_certificate_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var genuine = Good.Issue();
        var request = new CertificateRequest("CN=self", key, HashAlgorithmName.SHA256);
        foreach (var extension in genuine.Extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        using var self = request.CreateSelfSigned(Some.Time.AddDays(-1), Some.Time.AddDays(1));

        Assert.Equal(CertificateOutcome.UntrustedChain, Check(self));
    }

    [Fact]
    public void A_certificate_whose_authority_signed_a_weak_digest_is_refused() => Assert.Equal(
        CertificateOutcome.UntrustedChain, Check(Good.IssueWithWeakDigest()));

    [Fact]
    public void A_crowd_of_intermediates_is_refused() => Assert.Equal(
        CertificateOutcome.UntrustedChain,
        Some.Alpha.Anchors.Check(
            Some.Alpha.Pki["signing"].Certificate,
            [.. Enumerable.Repeat(Some.Alpha.Pki["issuing"].Certificate, 5)],
            CertificatePurpose.Signing,
            null,
            Some.Time));

    [Theory]
    [InlineData]
    [InlineData("xvide://alpha/gw1", "xvide://alpha/gw2")]
    [InlineData("xvide://alpha/gw1", "https://alpha.example/")]
    [InlineData("https://alpha.example/gw1")]
    [InlineData("xvide://alpha/GW1")]
    [InlineData("xvide://alpha/gw1?")]
    public void A_certificate_without_exactly_one_gateway_identity_is_refused(params string[] uris) =>
        Assert.Equal(CertificateOutcome.NoIdentity, Check((Good with { Uris = uris }).Issue()));

    [Fact]
    public void A_certificate_of_another_gateway_of_the_provider_is_refused() =>
        Assert.Equal(CertificateOutcome.IdentityMismatch, Check((Good with { Uris = ["xvide://alpha/gw2"] }).Issue()));

    [Theory]
    [InlineData(CertificatePurpose.Signing)]
    [InlineData(CertificatePurpose.Decryption)]
    public void A_key_on_P_384_is_refused_for_messages(CertificatePurpose purpose) =>
        Assert.Equal(CertificateOutcome.UnsupportedKey, Check(For(purpose).Issue(ECCurve.NamedCurves.nistP384), purpose));

    [Theory]
    [InlineData(CertificatePurpose.Signing)]
    [InlineData(CertificatePurpose.Decryption)]
    public void An_RSA_key_is_refused_for_messages(CertificatePurpose purpose) =>
        Assert.Equal(CertificateOutcome.UnsupportedKey, Check(For(purpose).IssueRsa(), purpose));

    [Fact]
    public void A_certificate_without_key_identifier_is_refused() =>
        Assert.Equal(CertificateOutcome.UnsupportedKey, Check((Good with { KeyIdentifier = false }).Issue()));

    [Fact]
    public void A_certificate_above_4_KiB_is_refused() =>
        Assert.Equal(CertificateOutcome.TooLarge, Check((Good with { PaddingBytes = 4096 }).Issue()));

    [Fact]
    public void No_key_is_made_of_a_certificate_that_is_refused()
    {
        var (outcome, key) = VerificationKey.TryCreate(
            Some.Alpha.ChainOf("decryption"), Some.Alpha.Anchors, Some.Alpha.Uri, Some.Time);

        Assert.Equal(CertificateOutcome.WrongPurpose, outcome);
        Assert.Null(key);
    }

    [Fact]
    public void Peers_without_roots_do_not_exist() => Assert.Throws<ArgumentOutOfRangeException>(() => TrustAnchors.FromCertificates([]));

    [Fact]
    public void A_file_without_certificates_is_refused_with_a_remedy()
    {
        using var folder = new TempFolder();
        var path = folder.Write("peer.crt", "nothing here"u8);

        var error = Assert.Throws<InvalidDataException>(() => TrustAnchors.LoadPem(path));

        Assert.Contains("name a PEM file with certificates", error.Message);
    }

    [Fact]
    public void During_a_change_of_roots_both_are_trusted()
    {
        var both = TrustAnchors.FromCertificates([Some.Beta.Pki.Root, Some.Alpha.Pki.Root]);

        Assert.Equal(
            CertificateOutcome.Trusted,
            both.Check(Some.Alpha.Pki["signing"].Certificate, Intermediates, CertificatePurpose.Signing, Some.Alpha.Uri, Some.Time));
    }

    [Fact]
    public void Each_handshake_gets_a_policy_of_its_own()
    {
        var one = Some.Alpha.Anchors.NewChainPolicy(Some.Time);

        Assert.NotSame(one, Some.Alpha.Anchors.NewChainPolicy(Some.Time));
        Assert.Equal(X509ChainTrustMode.CustomRootTrust, one.TrustMode);
        Assert.True(one.DisableCertificateDownloads);
    }

    private static ForgedCertificate For(CertificatePurpose purpose) => purpose == CertificatePurpose.Signing
        ? Good
        : Good with { Usage = X509KeyUsageFlags.KeyAgreement, ExtendedUsage = ["1.3.6.1.4.1.99999.3.2"] };

    private static CertificateOutcome Check(
        X509Certificate2 certificate, CertificatePurpose purpose = CertificatePurpose.Signing, DateTimeOffset? at = null) =>
        Some.Alpha.Anchors.Check(certificate, Intermediates, purpose, Some.Alpha.Uri, at ?? Some.Time);
}
