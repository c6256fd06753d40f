using System.Text;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Tests.Nodes;

namespace Gateway.Exchange.Tests.Agreements;

public sealed class AgreementTextTests
{
    public static TheoryData<string> Unsound =>
    [
        .. Changes.Keys,
    ];

    private static Dictionary<string, (Func<AgreementDocument, AgreementDocument> Change, string Finding)> Changes { get; } = new()
    {
        ["no id"] = (it => it with { Id = "" }, "id:"),
        ["an id with a blank"] = (it => it with { Id = "a b" }, "id:"),
        ["an id with a look-alike letter"] = (it => it with { Id = "roаming" }, "id:"),
        ["revision 0"] = (it => it with { Revision = 0 }, "revision:"),
        ["another profile"] = (it => it with { Profile = "GW-CMS-0" }, "profile:"),
        ["one party"] = (it => it with { Parties = [it.Parties[0]] }, "parties:"),
        ["three parties"] = (it => it with { Parties = [.. it.Parties, it.Parties[0] with { Provider = "gamma", Gateways = ["xvide://gamma/c1"] }] }, "parties:"),
        ["a party twice"] = (it => it with { Parties = [it.Parties[0], it.Parties[0]] }, "parties:"),
        ["a gateway of somebody else"] = (it => it with { Parties = [it.Parties[0] with { Gateways = ["xvide://gamma/c1"] }, it.Parties[1]] }, "parties:"),
        ["no privacy contact"] = (it => it with { Parties = [it.Parties[0] with { PrivacyContact = "" }, it.Parties[1]] }, "parties:"),
        ["no purpose"] = (it => it with { Purposes = [] }, "purposes:"),
        ["a purpose twice"] = (it => it with { Purposes = [Some.Purpose, Some.Purpose] }, "purposes:"),
        ["no operation"] = (it => it with { Operations = [] }, "operations:"),
        ["a reference nobody may read"] = (it => it with { Operations = [AgreedOperation.Compare] }, "fields:"),
        ["no pseudonym type"] = (it => it with { PseudonymTypes = [] }, "pseudonymTypes:"),
        ["retention of 0 days"] = (it => it with { RetentionDays = 0 }, "retentionDays:"),
        ["retention beyond ten years"] = (it => it with { RetentionDays = 3661 }, "retentionDays:"),
        ["receipts in no time"] = (it => it with { ReceiptMinutes = 0 }, "receiptMinutes:"),
        ["receipts in more than a month"] = (it => it with { ReceiptMinutes = (30 * 24 * 60) + 1 }, "receiptMinutes:"),
        ["0 mappings a day"] = (it => it with { MappingsPerDay = 0 }, "mappingsPerDay:"),
        ["an end before the start"] = (it => it with { ValidUntil = it.ValidFrom }, "validUntil:"),
        ["onward transfer"] = (it => it with { OnwardTransfer = true }, "onwardTransfer:"),
        ["trade"] = (it => it with { ExchangeForValue = true }, "exchangeForValue:"),
    };

    [Theory]
    [MemberData(nameof(Unsound))]
    public void A_text_outside_the_rules_is_refused_with_the_name_of_the_clause(string what)
    {
        var (change, clause) = Changes[what];

        var (agreement, findings) = AgreementText.Read(AgreementText.Write(change(Some.Agreement())));

        Assert.Null(agreement);
        Assert.Contains(findings, finding => finding.StartsWith(clause, StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var document = Some.Agreement() with { Id = "", Revision = 0, Purposes = [], OnwardTransfer = true };

        var (_, findings) = AgreementText.Read(AgreementText.Write(document));

        Assert.Equal(4, findings.Count);
    }

    [Theory]
    [InlineData("\"revision\": 1", "\"revisions\": 1")]
    [InlineData("\"revision\": 1", "\"revision\": 1, \"revision\": 2")]
    [InlineData("\"revision\": 1", "\"revision\": \"1\"")]
    [InlineData("\"revision\": 1", "\"revision\": 99999999999")]
    [InlineData("\"read\"", "1")]
    [InlineData("\"read\"", "\"write\"")]
    [InlineData("\"identity_reference\"", "\"picture\"")]
    public void A_name_or_value_nobody_knows_is_an_error(string genuine, string changed)
    {
        var text = Encoding.UTF8.GetString(AgreementText.Write(Some.Agreement()));
        Assert.Contains(genuine, text);

        var (agreement, findings) = AgreementText.Read(Encoding.UTF8.GetBytes(text.Replace(genuine, changed, StringComparison.Ordinal)));

        Assert.Null(agreement);
        Assert.Single(findings);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("not json")]
    public void Something_that_is_no_agreement_is_refused(string text)
    {
        var (agreement, findings) = AgreementText.Read(Encoding.UTF8.GetBytes(text));

        Assert.Null(agreement);
        Assert.NotEmpty(findings);
    }

    [Fact]
    public void A_text_above_64_KiB_is_refused_unread()
    {
        var (agreement, findings) = AgreementText.Read(new byte[AgreementText.BytesMax + 1]);

        Assert.Null(agreement);
        Assert.Contains("longer than", Assert.Single(findings));
    }

    [Fact]
    public void A_sound_text_reads_as_it_was_written()
    {
        var document = Some.Agreement();

        var agreement = Some.Read(document);

        Assert.Equal((document.Id, document.Revision, document.ValidUntil), (agreement.Id, agreement.Revision, agreement.ValidUntil));
        Assert.Equal(document.Purposes.Order(), agreement.Purposes.Order());
        Assert.Equal(TimeSpan.FromDays(30), agreement.Retention);
        Assert.Equal("beta", agreement.CounterpartyOf("alpha")!.Provider);
        Assert.Null(agreement.CounterpartyOf("gamma"));
    }
}
