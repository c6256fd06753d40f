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
    public const string OtherPurpose = "fraud-prevention";
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

    public static CorrectIdentityRequest Correction(string subscriber, MappingChange change, params ReadOnlyMemory<byte>[] bindings) => new()
    {
        IdempotencyKey = Id(),
        BindingIds = { bindings.Select(binding => ByteString.CopyFrom(binding.Span)) },
        Change = change,
        IdentityReference = new IdentityReference { Type = IdentityReferenceType.SubscriberNumber, Value = subscriber },
        BindingMethod = BindingMethod.OperatorConfirmed,
        BindingConfidence = 1,
        Consent = new ConsentReference { RecordId = "consent-1", NoticeVersion = "2026-01" },
    };

    public static AgreementDocument Agreement(TestProvider one, TestProvider other) => new()
    {
        Id = AgreementId,
        Revision = 1,
        Profile = "GW-CMS-1",
        Parties = [Party(one), Party(other)],
        Purposes = [Purpose, OtherPurpose],
        Fields = [MappingField.IdentityReference, MappingField.SubjectHandle],
        Operations = [AgreedOperation.Read],
        PseudonymTypes = [AgreedPseudonymType.Relationship],
        RetentionDays = 30,
        ValidFrom = Providers.Now.AddDays(-1),
        ValidUntil = Providers.Now.AddDays(365),
        NoticeVersion = "2026-01",
        OnwardTransfer = false,
        ExchangeForValue = false,
    };

    /// <summary>The agreement of Alpha and Beta.</summary>
    public static AgreementDocument Agreement() => Agreement(Providers.Alpha, Providers.Beta);

    /// <summary>The same as code reads it.</summary>
    public static Agreement Read(AgreementDocument document)
    {
        var (agreement, findings) = AgreementText.Read(AgreementText.Write(document));
        Assert.Empty(findings);
        return agreement!;
    }

    /// <summary>Signed by Alpha and Beta.</summary>
    public static string Signed(AgreementDocument document) => Signed(document, Providers.Alpha, Providers.Beta);

    public static string Signed(AgreementDocument document, TestProvider one, TestProvider other)
    {
        var text = AgreementText.Write(document);
        return AgreementFile.Sign(text, AgreementFile.Sign(text, "", one.Signing, one.Now), other.Signing, other.Now);
    }

    /// <summary>A mapping of Alpha for Beta that every clause allows.</summary>
    public static IdentificationMapping Mapping(Action<IdentificationMapping>? change = null)
    {
        var now = Providers.Now.ToUnixTimeSeconds();
        var mapping = new IdentificationMapping
        {
            MappingId = Id(),
            Salt = Id(),
            Version = 1,
            State = MappingState.Active,
            Pseudonym = Id(),
            PseudonymType = PseudonymType.Relationship,
            IdentityReference = new IdentityReference { Type = IdentityReferenceType.SubscriberNumber, Value = "+82-10-5550-0001" },
            SubjectHandle = Id(),
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
        change?.Invoke(mapping);
        return mapping;
    }

    /// <summary>The version of a mapping that says erased.</summary>
    public static IdentificationMapping Erased(IdentificationMapping mapping) => new()
    {
        MappingId = mapping.MappingId,
        Version = mapping.Version + 1,
        State = MappingState.Erased,
        Pseudonym = Id(),
        Purpose = mapping.Purpose,
        AgreementId = mapping.AgreementId,
        Issuer = mapping.Issuer,
        Recipient = mapping.Recipient,
        IssuedAtS = mapping.IssuedAtS,
        NotBeforeS = mapping.IssuedAtS,
        NotAfterS = mapping.IssuedAtS,
        Salt = Id(),
    };

    private static AgreementPartyDocument Party(TestProvider provider) => new()
    {
        Provider = provider.Uri.Provider,
        Gateways = [provider.Uri.ToString()],
        PrivacyContact = $"privacy@{provider.Uri.Provider}.example",
    };
}
