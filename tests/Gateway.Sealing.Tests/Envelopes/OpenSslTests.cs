using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Receipts;
using Gateway.Sealing.Signatures;
using Gateway.TestKit;
using Gateway.TestKit.Pki;

namespace Gateway.Sealing.Tests.Envelopes;

/// <summary>OpenSSL as an independent reader and writer of everything that crosses the border.</summary>
public sealed class OpenSslTests : IDisposable
{
    // OpenSSL looks at the clock, so these are valid now.
    private static readonly TestProvider Alpha = new("xvide://alpha/a1");
    private static readonly TestProvider Beta = new("xvide://beta/b1");

    private readonly TempFolder _folder = new();

    public OpenSslTests()
    {
        Alpha.Pki.WriteTo(_folder["alpha"]);
        Beta.Pki.WriteTo(_folder["beta"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OpenSsl_opens_and_verifies_what_we_seal()
    {
        var envelope = _folder.Write("sealed.p7", Sealed().Envelope);

        var opened = ForeignTool.OpenSsl("cms", "-decrypt", "-inform", "DER", "-in", envelope, "-recip", _folder["beta/decryption.crt"], "-inkey", _folder["beta/decryption.key"], "-binary", "-out", _folder["inner.p7"]);
        var verified = ForeignTool.OpenSsl("cms", "-verify", "-inform", "DER", "-in", _folder["inner.p7"], "-CAfile", _folder["alpha/root.crt"], "-purpose", "any", "-cades", "-binary", "-out", _folder["content"]);

        Assert.True(opened.ExitCode == 0, opened.ToString());
        Assert.True(verified.ExitCode == 0, verified.ToString());
        Assert.Equal(Some.Content, File.ReadAllBytes(_folder["content"]));
    }

    [Fact]
    public void We_open_what_OpenSsl_seals()
    {
        var content = _folder.Write("content", Some.Content);

        var made = ForeignTool.OpenSsl("cms", "-encrypt", "-aes-256-gcm", "-binary", "-keyid", "-in", content, "-outform", "DER", "-out", _folder["sealed.p7"], "-recip", _folder["beta/decryption.crt"], "-aes256-wrap", "-keyopt", "ecdh_kdf_md:sha256");
        Assert.True(made.ExitCode == 0, made.ToString());
        var (outcome, opened) = Envelope.Open(File.ReadAllBytes(_folder["sealed.p7"]), Beta.Decryption);

        Assert.Equal(OpenOutcome.Opened, outcome);
        Assert.Equal(Some.Content, opened);
    }

    [Fact]
    public void OpenSsl_verifies_our_receipts()
    {
        var message = Sealed();
        var opened = MessageOpener.Open(message.Envelope, Beta.Decryption, Alpha.Signers);
        Assert.True(opened.IsOpened, opened.ToString());
        var receipt = SignedReceipt.Create(opened.Message, Beta.Signing, Alpha.Now);
        var original = _folder.Write("original.p7", message.Detached);
        File.WriteAllText(_folder["anchors.pem"], File.ReadAllText(_folder["alpha/root.crt"]) + File.ReadAllText(_folder["beta/root.crt"]));

        var verified = ForeignTool.OpenSsl("cms", "-verify_receipt", _folder.Write("receipt.p7", receipt), "-rctform", "DER", "-inform", "DER", "-in", original, "-CAfile", _folder["anchors.pem"], "-purpose", "any");

        Assert.True(verified.ExitCode == 0, verified.ToString());
        Assert.Equal(ReceiptOutcome.Received, SignedReceipt.Verify(receipt, message.Detached, Beta.Signers, Alpha.Signers).Outcome);
    }

    [Fact]
    public void A_message_OpenSsl_signs_is_refused_because_it_lacks_our_attributes()
    {
        var content = _folder.Write("content", Some.Content);

        var made = ForeignTool.OpenSsl("cms", "-sign", "-nodetach", "-binary", "-keyid", "-md", "sha256", "-econtent_type", ContentTypes.MappingBatch, "-in", content, "-signer", _folder["alpha/signing.crt"], "-inkey", _folder["alpha/signing.key"], "-outform", "DER", "-out", _folder["signed.p7"]);
        Assert.True(made.ExitCode == 0, made.ToString());
        var result = SignedDataVerifier.Verify(File.ReadAllBytes(_folder["signed.p7"]), ContentTypes.MappingBatch, Alpha.Signers);

        Assert.Equal(VerifyOutcome.WrongAttributeSet, result.Outcome);
    }

    private static SealedMessage Sealed() =>
        MessageSealer.Seal(Some.Content, Some.Context(Alpha, Beta) with { NotAfter = Alpha.Now.AddDays(1) }, Alpha.Signing, Beta.Encryption, Alpha.Now);
}
