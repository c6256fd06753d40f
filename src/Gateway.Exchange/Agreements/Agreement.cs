using Gateway.Sealing.Certificates;

namespace Gateway.Exchange.Agreements;

/// <summary>One side of an agreement.</summary>
/// <param name="Provider">Provider identifier.</param>
/// <param name="Gateways">Gateways that may act for it; all of this provider.</param>
/// <param name="PrivacyContact">Whom to tell about a breach, day and night.</param>
public sealed record AgreementParty(string Provider, IReadOnlyList<GatewayUri> Gateways, string PrivacyContact);

/// <summary>
/// What two providers agreed on (requirement catalogue 6.1). The clauses are enforced by code at both ends; contacts and notice are there for
/// people.
/// </summary>
/// <param name="Id">Identifier, 1 to 64 characters.</param>
/// <param name="Revision">Counts up from 1 with every change.</param>
/// <param name="Parties">Exactly two.</param>
/// <param name="Purposes">Purpose codes that may be used.</param>
/// <param name="Fields">Fields of a mapping that may be filled.</param>
/// <param name="Operations">What the receiver may do.</param>
/// <param name="PseudonymTypes">What a pseudonym may be constant over.</param>
/// <param name="Retention">How long a receiver may keep a mapping.</param>
/// <param name="ValidFrom">In force from.</param>
/// <param name="ValidUntil">In force until; a stream ends at that moment, and no mapping is kept beyond it.</param>
/// <param name="NoticeVersion">Version of the notice in which both parties name each other to their subscribers; for people, no code compares it.</param>
/// <param name="MappingsPerDay">Mappings one party may issue to the other on one day (UTC); both ends count by the day of issue, over restarts.</param>
public sealed record Agreement(
    string Id,
    int Revision,
    IReadOnlyList<AgreementParty> Parties,
    IReadOnlySet<string> Purposes,
    IReadOnlySet<MappingField> Fields,
    IReadOnlySet<AgreedOperation> Operations,
    IReadOnlySet<AgreedPseudonymType> PseudonymTypes,
    TimeSpan Retention,
    DateTimeOffset ValidFrom,
    DateTimeOffset ValidUntil,
    string NoticeVersion,
    int MappingsPerDay)
{
    /// <summary>Time within which a message gets its receipt, or null where the text leaves it to each node.</summary>
    public TimeSpan? ReceiptWithin { get; init; }

    /// <summary>True from the start to the end of its validity.</summary>
    public bool IsInForce(DateTimeOffset at) => at >= ValidFrom && at < ValidUntil;

    /// <summary>The party of this provider, or null.</summary>
    public AgreementParty? PartyOf(string provider) => Parties.SingleOrDefault(party => party.Provider == provider);

    /// <summary>The party that is not this provider, or null when the provider is no party.</summary>
    public AgreementParty? CounterpartyOf(string provider) =>
        PartyOf(provider) is null ? null : Parties.Single(party => party.Provider != provider);
}

/// <summary>Fields of a mapping that an agreement may allow; all others are always there.</summary>
public enum MappingField
{
    /// <summary>The identity reference.</summary>
    IdentityReference,

    /// <summary>The random handle of the de-identified media.</summary>
    SubjectHandle,

    /// <summary>How surely the person was bound.</summary>
    BindingConfidence,
}

/// <summary>What a receiver may do with a mapping.</summary>
public enum AgreedOperation
{
    /// <summary>Read the identity reference.</summary>
    Read = 1,

    /// <summary>Ask whether two pseudonyms stand for the same person.</summary>
    Compare = 2,
}

/// <summary>What a pseudonym may be constant over.</summary>
public enum AgreedPseudonymType
{
    /// <summary>One peer, agreement and purpose.</summary>
    Relationship = 1,

    /// <summary>One mapping.</summary>
    Transaction = 2,
}
