using Gateway.Sealing.Certificates;
using Gateway.Sealing.Signatures;
using Gateway.TestKit;

namespace Gateway.Sealing.Tests.Signatures;

/// <summary>What an auditor does: certificates from the evidence, roots from elsewhere.</summary>
public sealed class OfflineSignersTests
{
    [Fact]
    public void A_certificate_in_a_message_is_not_believed_where_the_roots_say_otherwise()
    {
        var (signers, outcome) = OfflineSigners.From(Some.Statement(), [Some.Beta.Anchors], Some.Time);

        Assert.Equal(CertificateOutcome.UntrustedChain, outcome);
        Assert.Equal(VerifyOutcome.UnknownSigner, SignedDataVerifier.Verify(Some.Statement(), ContentTypes.Agreement, signers).Outcome);
    }

    [Fact]
    public void Damaged_evidence_never_fails_and_never_verifies()
    {
        var statement = Some.Statement();
        var choice = new SeededGenerator(9);

        for (var i = 0; i < 500; i++)
        {
            var position = choice.Next(0, statement.Length);
            statement[position] ^= 0x10;
            var (signers, _) = OfflineSigners.From(statement, [Some.Alpha.Anchors], Some.Time);
            Assert.NotEqual(VerifyOutcome.Verified, SignedDataVerifier.Verify(statement, ContentTypes.Agreement, signers).Outcome);
            statement[position] ^= 0x10;
        }
    }

    [Fact]
    public void Bytes_that_are_no_signed_data_claim_nothing() => Assert.Null(OfflineSigners.ClaimedContentType(Some.Content));

    [Fact]
    public void Old_evidence_verifies_after_its_certificate_expired()
    {
        var (signers, outcome) = OfflineSigners.From(Some.Statement(), [Some.Beta.Anchors, Some.Alpha.Anchors], Some.Time.AddYears(5));

        Assert.Equal(CertificateOutcome.Trusted, outcome);
        Assert.Equal(VerifyOutcome.Verified, SignedDataVerifier.Verify(Some.Statement(), ContentTypes.Agreement, signers).Outcome);
    }
}
