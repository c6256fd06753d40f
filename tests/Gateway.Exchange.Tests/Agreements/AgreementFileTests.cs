using Gateway.Exchange.Agreements;
using Gateway.Exchange.Tests.Nodes;
using Gateway.Sealing.Keys;

namespace Gateway.Exchange.Tests.Agreements;

public sealed class AgreementFileTests
{
    private static readonly byte[] Text = AgreementText.Write(Some.Agreement());

    [Fact]
    public void One_signature_is_no_agreement()
    {
        var file = AgreementFile.Sign(Text, "", Providers.Alpha.Signing, Providers.Now);

        Refused(AgreementOutcome.SignatureMissing, file, "beta has not signed");
    }

    [Fact]
    public void Two_signatures_of_one_party_are_no_agreement()
    {
        var once = AgreementFile.Sign(Text, "", Providers.Alpha.Signing, Providers.Now);
        var again = AgreementFile.Sign(Text, "", Providers.Alpha.Signing, Providers.Now.AddSeconds(1));

        Refused(AgreementOutcome.SignatureMissing, once + again);
    }

    [Fact]
    public void Two_texts_are_no_agreement()
    {
        var other = AgreementText.Write(Some.Agreement() with { RetentionDays = 31 });
        var ours = AgreementFile.Sign(Text, "", Providers.Alpha.Signing, Providers.Now);
        var theirs = AgreementFile.Sign(other, "", Providers.Beta.Signing, Providers.Now);

        Refused(AgreementOutcome.TextsDiffer, ours + theirs);
    }

    [Fact]
    public void A_signature_by_somebody_unknown_does_not_hold()
    {
        var file = Some.Signed(Some.Agreement(Providers.Alpha, Providers.Gamma), Providers.Alpha, Providers.Gamma);

        Refused(AgreementOutcome.SignatureInvalid, file, "UnknownSigner");
    }

    [Fact]
    public void A_character_changed_after_signing_is_found()
    {
        var file = Some.Signed(Some.Agreement()).ToCharArray();
        var at = new string(file).IndexOf('\n', StringComparison.Ordinal) + 700;
        file[at] = file[at] == 'A' ? 'B' : 'A';

        Assert.NotEqual(AgreementOutcome.Signed, AgreementFile.Check(new string(file), Signers).Outcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("retention is 5000 days, by the way\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void Text_beside_the_signatures_looks_signed_and_is_refused(string beside)
    {
        var file = beside.Length == 0 ? "" : beside + Some.Signed(Some.Agreement());

        Refused(AgreementOutcome.Unreadable, file);
    }

    [Fact]
    public void A_third_signature_is_refused()
    {
        var file = Some.Signed(Some.Agreement()) + AgreementFile.Sign(Text, "", Providers.Alpha.Signing, Providers.Now);

        Refused(AgreementOutcome.Unreadable, file);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused()
    {
        var reading = AgreementFile.Read("/nowhere/at/all.agreement", Signers);

        Assert.Equal(AgreementOutcome.Unreadable, reading.Outcome);
    }

    [Fact]
    public void An_unsound_text_is_never_signed()
    {
        var unsound = AgreementText.Write(Some.Agreement() with { OnwardTransfer = true });

        var refused = Assert.Throws<InvalidDataException>(() => AgreementFile.Sign(unsound, "", Providers.Alpha.Signing, Providers.Now));

        Assert.Contains("onwardTransfer", refused.Message);
    }

    [Fact]
    public void Nobody_signs_for_others() =>
        Assert.Throws<InvalidDataException>(() => AgreementFile.Sign(Text, "", Providers.Gamma.Signing, Providers.Now));

    [Fact]
    public void A_second_signature_goes_under_the_same_text_only()
    {
        var other = AgreementText.Write(Some.Agreement() with { RetentionDays = 31 });
        var signed = AgreementFile.Sign(other, "", Providers.Beta.Signing, Providers.Now);

        Assert.Throws<InvalidDataException>(() => AgreementFile.Sign(Text, signed, Providers.Alpha.Signing, Providers.Now, Signers));
    }

    [Fact]
    public void Two_signatures_under_one_text_are_an_agreement()
    {
        var reading = AgreementFile.Check(Some.Signed(Some.Agreement()), Signers);

        Assert.Equal(AgreementOutcome.Signed, reading.Outcome);
        Assert.Equal(Some.AgreementId, reading.Signed!.Agreement.Id);
    }

    private static VerificationKey? Signers(ReadOnlyMemory<byte> keyIdentifier) =>
        Providers.Alpha.Signers(keyIdentifier) ?? Providers.Beta.Signers(keyIdentifier);

    private static void Refused(AgreementOutcome expected, string file, string finding = "")
    {
        var reading = AgreementFile.Check(file, Signers);

        Assert.Equal(expected, reading.Outcome);
        Assert.Null(reading.Signed);
        Assert.Contains(finding, string.Join('\n', reading.Findings));
    }
}
