using Gateway.Sealing.Certificates;

namespace Gateway.Exchange.Agreements;

/// <summary>What every agreement must be; all findings at once, each with a remedy.</summary>
internal static class AgreementRules
{
    private const string Profile = "GW-CMS-1";
    private const int NameCharsMax = 64;
    private const int PurposesMax = 64;
    private const int GatewaysMax = 16;
    private const int RetentionDaysMax = 3660;
    private const int ContactCharsMax = 256;

    public static (Agreement? Agreement, IReadOnlyList<string> Findings) Check(AgreementDocument document)
    {
        var findings = new List<string>();
        void Require(bool holds, string finding)
        {
            if (!holds)
            {
                findings.Add(finding);
            }
        }

        Require(IsName(document.Id), $"id: it must have 1 to {NameCharsMax} characters");
        Require(document.Revision >= 1, "revision: it must be 1 or more; count up with every change");
        Require(document.Profile == Profile, $"profile: this node knows {Profile} only");
        Require(document.Purposes.Count is >= 1 and <= PurposesMax && document.Purposes.All(IsName), $"purposes: name 1 to {PurposesMax} codes of 1 to {NameCharsMax} characters");
        Require(document.Operations.Count > 0, "operations: allow at least one");
        Require(document.PseudonymTypes.Count > 0, "pseudonymTypes: allow at least one");
        Require(document.RetentionDays is >= 1 and <= RetentionDaysMax, $"retentionDays: it must be 1 to {RetentionDaysMax}");
        Require(document.ValidUntil > document.ValidFrom, "validUntil: it must be after validFrom");
        Require(IsName(document.NoticeVersion), "noticeVersion: name the notice in which subscribers learn of the other party");
        Require(!document.OnwardTransfer, "onwardTransfer: it must be false; passing mappings on needs an agreement of its own");
        Require(!document.ExchangeForValue, "exchangeForValue: it must be false; mappings are not traded");
        var parties = document.Parties.Select(party => Party(party, findings)).ToArray();
        Require(parties.Length == 2 && parties.DistinctBy(party => party.Provider).Count() == 2, "parties: name exactly two different providers");
        return findings.Count > 0 ? (null, findings) : (From(document, parties), findings);
    }

    private static AgreementParty Party(AgreementPartyDocument party, List<string> findings)
    {
        var gateways = party.Gateways.Select(text => GatewayUri.TryParse(text, out var uri) ? uri : null).ToArray();
        if (gateways.Length is 0 or > GatewaysMax || gateways.Any(uri => uri is null || uri.Provider != party.Provider))
        {
            findings.Add($"parties: the gateways of {party.Provider} must be 1 to {GatewaysMax} URIs xvide://{party.Provider}/gateway");
        }

        if (party.PrivacyContact.Length is 0 or > ContactCharsMax)
        {
            findings.Add($"parties: {party.Provider} needs a privacyContact of 1 to {ContactCharsMax} characters");
        }

        return new AgreementParty(party.Provider, [.. gateways.OfType<GatewayUri>()], party.PrivacyContact);
    }

    private static Agreement From(AgreementDocument document, AgreementParty[] parties) => new(
        document.Id,
        document.Revision,
        parties,
        document.Purposes.ToHashSet(),
        document.Fields.ToHashSet(),
        document.Operations.ToHashSet(),
        document.PseudonymTypes.ToHashSet(),
        TimeSpan.FromDays(document.RetentionDays),
        document.ValidFrom,
        document.ValidUntil,
        document.NoticeVersion);

    private static bool IsName(string text) => text.Length is >= 1 and <= NameCharsMax;
}
