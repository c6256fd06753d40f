using System.Security.Cryptography;
using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Agreements;
using Gateway.TestKit.Pki;
using Google.Protobuf;

namespace Gateway.Exchange.Tests.Nodes;

/// <summary>Data for tests, named where it matters.</summary>
internal static class Some
{
    public const string Purpose = "subscriber-authentication";
    public const string AgreementId = "roaming-2026";

    public static ByteString Id() => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16));

    public static BindIdentityRequest Binding(string subscriber = "+82-10-5550-0001") => new()
    {
        SubjectHandle = Id(),
        IdentityReference = new IdentityReference { Type = IdentityReferenceType.SubscriberNumber, Value = subscriber },
        BindingMethod = BindingMethod.OperatorConfirmed,
        BindingConfidence = 0.9f,
        Consent = new ConsentReference { RecordId = "consent-1", NoticeVersion = "2026-01" },
    };

    public static ShareMappingRequest Sharing(ReadOnlyMemory<byte> bindingId, string purpose = Purpose, string agreement = AgreementId) => new()
    {
        IdempotencyKey = Id(),
        BindingId = ByteString.CopyFrom(bindingId.Span),
        AgreementId = agreement,
        Purpose = purpose,
    };

    public static AgreementDocument Agreement(TestProvider one, TestProvider other, DateTimeOffset? validUntil = null) => new()
    {
        Id = AgreementId,
        Revision = 1,
        Profile = "GW-CMS-1",
        Parties = [Party(one), Party(other)],
        Purposes = [Purpose, "fraud-prevention"],
        Fields = [MappingField.IdentityReference, MappingField.SubjectHandle],
        Operations = [AgreedOperation.Read],
        PseudonymTypes = [AgreedPseudonymType.Relationship],
        RetentionDays = 30,
        ValidFrom = one.Now.AddDays(-1),
        ValidUntil = validUntil ?? one.Now.AddDays(365),
        NoticeVersion = "2026-01",
        OnwardTransfer = false,
        ExchangeForValue = false,
    };

    public static string Signed(AgreementDocument document, TestProvider one, TestProvider other)
    {
        var text = AgreementText.Write(document);
        return AgreementFile.Sign(text, AgreementFile.Sign(text, "", one.Signing, one.Now), other.Signing, other.Now);
    }

    private static AgreementPartyDocument Party(TestProvider provider) => new()
    {
        Provider = provider.Uri.Provider,
        Gateways = [provider.Uri.ToString()],
        PrivacyContact = $"privacy@{provider.Uri.Provider}.example",
    };
}
