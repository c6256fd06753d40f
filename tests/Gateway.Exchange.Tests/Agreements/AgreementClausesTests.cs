using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Tests.Nodes;
using Google.Protobuf;

namespace Gateway.Exchange.Tests.Agreements;

public sealed class AgreementClausesTests
{
    private static readonly Agreement Agreed = Some.Read(Some.Agreement());

    private static Dictionary<string, (Action<IdentificationMapping> Change, ClauseOutcome Outcome)> Breaches { get; } = new()
    {
        ["another agreement"] = (it => it.AgreementId = "other", ClauseOutcome.OtherAgreement),
        ["an issuer who does not send it"] = (it => it.Issuer = "gamma", ClauseOutcome.OtherParties),
        ["another recipient"] = (it => it.Recipient = "gamma", ClauseOutcome.OtherParties),
        ["the issuer as recipient"] = (it => it.Recipient = "alpha", ClauseOutcome.OtherParties),
        ["a purpose that is not agreed"] = (it => it.Purpose = "advertising", ClauseOutcome.PurposeNotAgreed),
        ["a purpose in other letters"] = (it => it.Purpose = Some.Purpose.ToUpperInvariant(), ClauseOutcome.PurposeNotAgreed),
        ["a pseudonym that changes with each mapping"] = (it => it.PseudonymType = PseudonymType.Transaction, ClauseOutcome.PseudonymTypeNotAgreed),
        ["a field that is not agreed"] = (it => it.BindingConfidence = 0.5f, ClauseOutcome.FieldNotAgreed),
        ["an operation that is not agreed"] = (it => it.PermittedOperations.Add(Operation.Compare), ClauseOutcome.OperationNotAgreed),
        ["a consent that is over"] = (it => it.Consent.ExpiresAtS = Providers.Now.ToUnixTimeSeconds(), ClauseOutcome.ConsentOver),
        ["a day more than agreed"] = (it => it.NotAfterS += 86_400, ClauseOutcome.PeriodNotAgreed),
        ["longer than the consent"] = (it => it.Consent.ExpiresAtS = Providers.Now.ToUnixTimeSeconds() + 60, ClauseOutcome.PeriodNotAgreed),
        ["an end before the start"] = (it => it.NotAfterS = it.NotBeforeS - 1, ClauseOutcome.PeriodNotAgreed),
        ["an issue in the future"] = (it => it.IssuedAtS += 3_600, ClauseOutcome.PeriodNotAgreed),
        ["a short pseudonym"] = (it => it.Pseudonym = ByteString.CopyFrom(new byte[15]), ClauseOutcome.OutOfBounds),
        ["no identifier"] = (it => it.MappingId = ByteString.Empty, ClauseOutcome.OutOfBounds),
        ["version 0"] = (it => it.Version = 0, ClauseOutcome.OutOfBounds),
        ["a state nobody knows"] = (it => it.State = (MappingState)99, ClauseOutcome.OutOfBounds),
        ["a confidence that is no number"] = (it => it.BindingConfidence = float.NaN, ClauseOutcome.OutOfBounds),
        ["no consent"] = (it => it.Consent = null, ClauseOutcome.OutOfBounds),
        ["a time beyond the year 9999"] = (it => it.NotAfterS = long.MaxValue, ClauseOutcome.OutOfBounds),
        ["an erasure that still says who it was"] = (it => it.State = MappingState.Erased, ClauseOutcome.OutOfBounds),
    };

    public static TheoryData<string> All => [.. Breaches.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void A_mapping_that_breaks_a_clause_is_refused_by_its_name(string what)
    {
        var (change, expected) = Breaches[what];

        Assert.Equal(expected, AgreementClauses.Check(Some.Mapping(change), Agreed, "alpha", Providers.Now));
    }

    [Fact]
    public void A_mapping_inside_every_clause_holds() =>
        Assert.Equal(ClauseOutcome.Holds, AgreementClauses.Check(Some.Mapping(), Agreed, "alpha", Providers.Now));

    [Fact]
    public void An_erasure_arrives_whatever_was_agreed_since()
    {
        var narrowed = Agreed with { Purposes = new HashSet<string> { "other" }, Retention = TimeSpan.FromDays(1) };

        Assert.Equal(ClauseOutcome.Holds, AgreementClauses.Check(Some.Erased(Some.Mapping()), narrowed, "alpha", Providers.Now));
    }

    [Fact]
    public void A_mapping_is_kept_no_longer_than_retention_agreement_and_consent_allow()
    {
        var consent = new ConsentReference { ExpiresAtS = Providers.Now.AddDays(3).ToUnixTimeSeconds() };

        Assert.Equal(Providers.Now.AddDays(30), AgreementClauses.LatestNotAfter(Agreed, new ConsentReference(), Providers.Now));
        Assert.Equal(Providers.Now.AddDays(3).ToUnixTimeSeconds(), AgreementClauses.LatestNotAfter(Agreed, consent, Providers.Now).ToUnixTimeSeconds());
        Assert.Equal(Agreed.ValidUntil, AgreementClauses.LatestNotAfter(Agreed, new ConsentReference(), Agreed.ValidUntil.AddDays(-1)));
    }
}
