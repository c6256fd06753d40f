using System.Security.Cryptography;
using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Agreements;
using Gateway.Sealing.Certificates;
using Gateway.TestKit.Pki;
using Google.Protobuf;

namespace Gateway.Server.Tests.Nodes;

/// <summary>Data for tests, named where it matters.</summary>
internal static class Some
{
    public const string AgreementId = "roaming-2026";
    public const string EndedAgreementId = "roaming-2025";
    public const string LaterAgreementId = "roaming-2027";
    public const string Purpose = "subscriber-authentication";
    public const string Subscriber = "+82-10-5550-0001";

    public static ByteString Id() => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16));

    public static BindIdentityRequest Binding(Action<BindIdentityRequest>? change = null)
    {
        var request = new BindIdentityRequest
        {
            SubjectHandle = Id(),
            IdentityReference = new IdentityReference { Type = IdentityReferenceType.SubscriberNumber, Value = Subscriber },
            BindingMethod = BindingMethod.OperatorConfirmed,
            BindingConfidence = 0.9f,
            Consent = new ConsentReference { RecordId = "consent-1", NoticeVersion = "2026-01" },
        };
        change?.Invoke(request);
        return request;
    }

    public static ShareMappingRequest Sharing(ByteString bindingId, Action<ShareMappingRequest>? change = null)
    {
        var request = new ShareMappingRequest { IdempotencyKey = Id(), BindingId = bindingId, AgreementId = AgreementId, Purpose = Purpose };
        change?.Invoke(request);
        return request;
    }

    /// <summary>A mapping of Alpha for Beta that every clause allows.</summary>
    public static IdentificationMapping Mapping()
    {
        var now = Providers.Now.ToUnixTimeSeconds();
        return new IdentificationMapping
        {
            MappingId = Id(),
            Salt = Id(),
            Version = 1,
            State = MappingState.Active,
            Pseudonym = Id(),
            PseudonymType = PseudonymType.Relationship,
            IdentityReference = new IdentityReference { Type = IdentityReferenceType.SubscriberNumber, Value = Subscriber },
            BindingMethod = BindingMethod.OperatorConfirmed,
            Purpose = Purpose,
            Consent = new ConsentReference { RecordId = "consent-1", NoticeVersion = "2026-01" },
            AgreementId = AgreementId,
            Issuer = "alpha",
            Recipient = "beta",
            IssuedAtS = now,
            NotBeforeS = now,
            NotAfterS = now + (long)TimeSpan.FromDays(30).TotalSeconds,
            PermittedOperations = { Operation.Read },
        };
    }

    /// <summary>An agreement of two gateways, in force for a year.</summary>
    public static AgreementDocument Agreement(GatewayUri one, GatewayUri other) => new()
    {
        Id = AgreementId,
        Revision = 1,
        Profile = "GW-CMS-1",
        Parties = [Party(one), Party(other)],
        Purposes = [Purpose],
        Fields = [MappingField.IdentityReference, MappingField.SubjectHandle],
        Operations = [AgreedOperation.Read],
        PseudonymTypes = [AgreedPseudonymType.Relationship],
        RetentionDays = 30,
        ValidFrom = Providers.Now.AddDays(-2),
        ValidUntil = Providers.Now.AddDays(365),
        NoticeVersion = "2026-01",
        OnwardTransfer = false,
        ExchangeForValue = false,
    };

    /// <summary>The agreement of Alpha and Beta.</summary>
    public static AgreementDocument Agreement() => Agreement(Providers.Alpha.Uri, Providers.Beta.Uri);

    /// <summary>The file of an agreement that two providers signed.</summary>
    public static string Signed(AgreementDocument document, TestProvider one, TestProvider other)
    {
        var text = AgreementText.Write(document);
        return AgreementFile.Sign(text, AgreementFile.Sign(text, "", one.Signing, one.Now), other.Signing, other.Now);
    }

    /// <summary>Signed by Alpha and Beta.</summary>
    public static string Signed(AgreementDocument document) => Signed(document, Providers.Alpha, Providers.Beta);

    private static AgreementPartyDocument Party(GatewayUri gateway) => new()
    {
        Provider = gateway.Provider,
        Gateways = [gateway.ToString()],
        PrivacyContact = $"privacy@{gateway.Provider}.example",
    };
}
