using Gateway.Exchange.Evidence;

namespace Gateway.Exchange.Tests.Proofs;

public sealed class EvidenceLineTests
{
    private static readonly byte[] Salt = Convert.FromHexString("000102030405060708090a0b0c0d0e0f");
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, 250, TimeSpan.Zero);

    private static readonly EvidenceEvent Refused = new("RelayRejection", "SignatureInvalid", At, "beta", "alpha", "agreement-1", 7, new byte[] { 0xAB, 0xCD });

    [Fact]
    public void An_event_is_one_line_of_fields_with_single_spaces()
    {
        var line = EvidenceLine.Write(12, Salt, Refused);

        Assert.Equal("event 12 000102030405060708090a0b0c0d0e0f 2026-03-01T12:00:00.250Z RelayRejection SignatureInvalid beta alpha agreement-1 7 abcd", line);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("with space")]
    [InlineData("line\nfeed")]
    [InlineData("100%")]
    [InlineData("é-한")]
    public void A_name_cannot_move_a_field_and_comes_back_as_it_was(string name)
    {
        var line = EvidenceLine.Write(1, Salt, Refused with { AgreementId = name });

        Assert.Equal(11, line.Split(' ').Length);
        Assert.DoesNotContain('\n', line);
        Assert.Equal(name, EvidenceLine.Read(line)?.Event.AgreementId);
    }

    [Theory]
    [InlineData("event 012", "event 12")]
    [InlineData("2026-03-01T12:00:00.250Z", "2026-03-01T12:00:00.25Z")]
    [InlineData("abcd", "ABCD")]
    [InlineData("abcd", "abc")]
    [InlineData("beta alpha", "beta  alpha")]
    [InlineData("beta", "b%65ta")]
    [InlineData("000102030405060708090a0b0c0d0e0f", "0001")]
    [InlineData(" 7 ", " +7 ")]
    [InlineData("event ", "omitted ")]
    public void What_could_be_written_in_another_way_is_no_event(string part, string other)
    {
        var line = EvidenceLine.Write(12, Salt, Refused);
        var changed = part == "event 012" ? line.Replace(other, part, StringComparison.Ordinal) : line.Replace(part, other, StringComparison.Ordinal);

        Assert.NotEqual(line, changed);
        Assert.Null(EvidenceLine.Read(changed));
    }

    [Fact]
    public void A_line_longer_than_its_bound_is_no_event()
    {
        Assert.Null(EvidenceLine.Read(EvidenceLine.Write(1, Salt, Refused with { Reason = new string('x', EvidenceLine.CharsMax) })));
        Assert.Null(EvidenceLine.ReadOmitted("omitted 1 " + new string('a', EvidenceLine.CharsMax)));
    }

    [Fact]
    public void The_digest_of_an_event_cannot_be_guessed_because_its_salt_is_in_it()
    {
        var one = EvidenceChain.Digest(EvidenceLine.Write(1, Salt, Refused));
        var other = EvidenceChain.Digest(EvidenceLine.Write(1, new byte[EvidenceChain.SaltBytes], Refused));

        Assert.NotEqual(one, other);
    }
}
