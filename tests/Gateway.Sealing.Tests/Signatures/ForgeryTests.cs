using System.Numerics;
using System.Security.Cryptography.Pkcs;
using Gateway.Sealing.Signatures;
using Gateway.Sealing.Tests.Forge;

namespace Gateway.Sealing.Tests.Signatures;

/// <summary>
/// The known weakness of SignedData: a signature over attributes is also a signature over content that is the DER of those attributes.
/// Whoever has one message of a signer can present another, of 300 odd bytes, that the signer never meant.
/// </summary>
public sealed class ForgeryTests
{
    [Fact]
    public void A_stock_verifier_accepts_signed_attributes_presented_as_content()
    {
        var forgery = new SignedCms();
        forgery.Decode(Forgery());

        forgery.CheckSignature(new(Some.Alpha.Pki["signing"].Certificate), verifySignatureOnly: true);

        Assert.Equal(ContentTypes.MappingBatch, forgery.ContentInfo.ContentType.Value);
        Assert.Equal(0x31, forgery.ContentInfo.Content[0]);
    }

    [Fact]
    public void Signed_attributes_presented_as_content_are_refused()
    {
        var result = SignedDataVerifier.Verify(Forgery(), ContentTypes.MappingBatch, Some.Alpha.Signers);

        Assert.Equal(VerifyOutcome.NoSignedAttributes, result.Outcome);
    }

    [Fact]
    public void Signed_attributes_presented_as_a_statement_are_refused()
    {
        var result = SignedDataVerifier.Verify(Forgery(ContentTypes.Agreement), ContentTypes.Agreement, Some.Alpha.Signers);

        Assert.Equal(VerifyOutcome.NoSignedAttributes, result.Outcome);
    }

    [Fact]
    public void The_other_valid_form_of_a_signature_does_not_make_another_message()
    {
        var forged = ForgedSignedData.Message();
        var before = SignedDataVerifier.Verify(forged.AsIs(), ContentTypes.MappingBatch, Some.Alpha.Signers);

        forged.Signature.Value = WithComplementedS(forged.Signature.Value);
        var after = SignedDataVerifier.Verify(forged.AsIs(), ContentTypes.MappingBatch, Some.Alpha.Signers);

        // ECDSA allows (r, s) and (r, n-s); anybody can turn one into the other. Messages are told apart by the hash of their attributes.
        Assert.Equal(VerifyOutcome.Verified, after.Outcome);
        Assert.NotEqual(before.Message!.Signature.ToArray(), after.Message!.Signature.ToArray());
        Assert.Equal(before.Message.MessageHash.ToArray(), after.Message.MessageHash.ToArray());
    }

    private static byte[] Forgery(string contentType = ContentTypes.MappingBatch)
    {
        var forged = ForgedSignedData.Message();
        var attributes = forged.Attributes.Copy();
        attributes.Tag = 0x31;
        forged.Content.Value = attributes.Encode();
        forged.Encapsulated.Children[0] = DerNode.Parse(EncodedOids.Encode(contentType));
        forged.Signer.Children.RemoveAt(3);
        return forged.AsIs();
    }

    private static byte[] WithComplementedS(byte[] signature)
    {
        var order = new BigInteger(
            Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), isUnsigned: true, isBigEndian: true);
        var sequence = DerNode.Parse(signature);
        var s = new BigInteger(sequence[1].Value, isUnsigned: true, isBigEndian: true);
        sequence[1].Value = (order - s).ToByteArray(isUnsigned: false, isBigEndian: true);
        return sequence.Encode();
    }
}
