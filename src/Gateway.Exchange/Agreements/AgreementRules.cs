using Gateway.Sealing.Certificates;

namespace Gateway.Exchange.Agreements;

/// <summary>What every agreement must be; all findings at once, each with a remedy.</summary>
internal sealed class AgreementRules
{
    private const string Profile = "GW-CMS-1";
    private const int NameCharsMax = 64;
    private const int PurposesMax = 64;
    private const int GatewaysMax = 16;
    private const int RetentionDaysMax = 3660;
    private const int ContactCharsMax = 256;
    private const int MappingsPerDayMax = 100_000_000;
    private const int ReceiptMinutesMax = 30 * 24 * 60;

    private readonly List<string> _findings = [];

    private AgreementRules()
    {
    }

    public static (Agreement? Agreement, IReadOnlyList<string> Findings) Check(AgreementDocument document)
    {
        var rules = new AgreementRules();
        rules.RequireValues(document);
        rules.RequireLists(document);
        var parties = rules.ReadParties(document);
        return rules._findings.Count > 0 ? (null, rules._findings) : (From(document, parties), rules._findings);
    }

    private void RequireValues(AgreementDocument document)
    {
        Require(IsName(document.Id), $"id: it must have 1 to {NameCharsMax} visible ASCII characters");
        Require(document.Revision >= 1, "revision: it must be 1 or more; count up with every change");
        Require(document.Profile == Profile, $"profile: this node knows {Profile} only");
        Require(document.RetentionDays is >= 1 and <= RetentionDaysMax, $"retentionDays: it must be 1 to {RetentionDaysMax}");
        Require(document.MappingsPerDay is >= 1 and <= MappingsPerDayMax, $"mappingsPerDay: it must be 1 to {MappingsPerDayMax}");
        Require(document.ReceiptMinutes is null or (>= 1 and <= ReceiptMinutesMax), $"receiptMinutes: it must be 1 to {ReceiptMinutesMax}, or not there");
        Require(document.ValidUntil > document.ValidFrom, "validUntil: it must be after validFrom");
        Require(IsLine(document.NoticeVersion, NameCharsMax), "noticeVersion: name the notice in which subscribers learn of the other party");
        Require(!document.OnwardTransfer, "onwardTransfer: it must be false; passing mappings on needs an agreement of its own");
        Require(!document.ExchangeForValue, "exchangeForValue: it must be false; mappings are not traded");
    }

    private void RequireLists(AgreementDocument document)
    {
        Require(
            document.Purposes.Count is >= 1 and <= PurposesMax && document.Purposes.All(IsName),
            $"purposes: name 1 to {PurposesMax} codes of 1 to {NameCharsMax} visible ASCII characters");
        RequireDistinct(document.Purposes, "purposes");
        RequireDistinct(document.Fields, "fields");
        RequireDistinct(document.Operations, "operations");
        RequireDistinct(document.PseudonymTypes, "pseudonymTypes");
        Require(document.Operations.Count > 0, "operations: allow at least one");
        Require(document.PseudonymTypes.Count > 0, "pseudonymTypes: allow at least one");
        Require(
            !document.Fields.Contains(MappingField.IdentityReference) || document.Operations.Contains(AgreedOperation.Read),
            "fields: identity_reference is of no use to a receiver that may not read; allow the operation read, or take the field out");
    }

    private AgreementParty[] ReadParties(AgreementDocument document)
    {
        var parties = document.Parties.Select(ReadParty).ToArray();
        Require(
            parties.Length == 2 && parties.DistinctBy(party => party.Provider).Count() == 2,
            "parties: name exactly two different providers");
        return parties;
    }

    // The lists of a text may hold null, which the reader of JSON lets through.
    private AgreementParty ReadParty(AgreementPartyDocument? party)
    {
        if (party is null)
        {
            _findings.Add("parties: one of them is null; describe it");
            return new AgreementParty("", [], "");
        }

        var gateways = party.Gateways.Select(text => GatewayUri.TryParse(text, out var uri) ? uri : null).ToArray();
        Require(GatewayUri.IsName(party.Provider), "parties: a provider must be 1 to 63 of a-z, 0-9 and, not first, a hyphen");
        Require(
            gateways.Length is >= 1 and <= GatewaysMax && gateways.All(uri => uri?.Provider == party.Provider),
            $"parties: the gateways of a party must be 1 to {GatewaysMax} URIs xvide://provider/gateway of that provider");
        Require(IsLine(party.PrivacyContact, ContactCharsMax), $"parties: each needs a privacyContact of 1 to {ContactCharsMax} characters");
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
        document.NoticeVersion,
        document.MappingsPerDay)
    {
        ReceiptWithin = document.ReceiptMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
    };

    // Names go into logs and evidence: a line break or a look-alike letter in one would deceive its reader.
    private static bool IsName(string? text) => text is { Length: >= 1 and <= NameCharsMax } && text.All(character => character is > ' ' and <= '~');

    private static bool IsLine(string? text, int charsMax) => text is { Length: >= 1 } && text.Length <= charsMax && !text.Any(char.IsControl);

    private void RequireDistinct<T>(IReadOnlyList<T> items, string name) =>
        Require(items.Distinct().Count() == items.Count, $"{name}: one of them is there twice");

    private void Require(bool holds, string finding)
    {
        if (!holds)
        {
            _findings.Add(finding);
        }
    }
}
