using System.Security.Cryptography;
using System.Text;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Inbox;
using Gateway.Fuzz.Mutation;
using Gateway.Sealing.Keys;
using Gateway.Server.Commands;
using Google.Protobuf;

namespace Gateway.Fuzz.Targets;

/// <summary>What peers say in a session, and the files two providers hand each other.</summary>
internal sealed class ExchangeTargets
{
    private readonly FuzzKeys _alpha;
    private readonly FuzzKeys _beta;
    private readonly byte[] _text;
    private readonly byte[] _mapping;
    private readonly Agreement _agreement;

    public ExchangeTargets(FuzzKeys alpha, FuzzKeys beta)
    {
        (_alpha, _beta) = (alpha, beta);
        _text = AgreementText.Write(AgreementCommand.NewDraft("agreement-1", [alpha.Uri, beta.Uri], ["roaming"], 365, FuzzKeys.Time.AddDays(-1)));
        _agreement = AgreementText.Read(_text).Agreement!;
        _mapping = Mapping().ToByteArray();
    }

    public IEnumerable<FuzzTarget> All =>
    [
        new("agreement-file", Mutators.Text, () => [Encoding.ASCII.GetBytes(SignedByBoth())], ChecksFile, IsAuthenticated: false),
        new("agreement-text", Mutators.Text, () => [_text], ReadsText, IsAuthenticated: false),
        new("batch", Mutators.Protobuf, () => [Batch(1), Batch(3)], ReadsBatch, IsAuthenticated: false),
        new("mapping", Mutators.Protobuf, () => [_mapping], ReadsMapping, IsAuthenticated: false),
        new("sender-frame", Mutators.Protobuf, SenderFrames, input => Parses(SenderFrame.Parser, input), IsAuthenticated: false),
        new("receiver-frame", Mutators.Protobuf, ReceiverFrames, input => Parses(ReceiverFrame.Parser, input), IsAuthenticated: false),
    ];

    private static Verdict Is(bool accepted) => accepted ? Verdict.Accepted : Verdict.Refused;

    private Verdict ChecksFile(byte[] input)
    {
        var reading = AgreementFile.Check(Encoding.UTF8.GetString(input), Signers);
        return reading.Signed is null || reading.Signed.Digest.Span.SequenceEqual(SHA256.HashData(_text))
            ? Is(reading.Signed is not null)
            : throw new InvalidOperationException("a text nobody signed is an agreement");
    }

    private static Verdict ReadsText(byte[] input) => Is(AgreementText.Read(input).Agreement is not null);

    private static Verdict ReadsBatch(byte[] input) =>
        !BatchContent.TryRead(input, out MappingBatch? batch) || batch.ToByteArray().AsSpan().SequenceEqual(input)
            ? Is(batch is not null)
            : throw new InvalidOperationException("one batch has two encodings");

    private Verdict ReadsMapping(byte[] input)
    {
        if (!BatchContent.TryRead(input, out IdentificationMapping? mapping))
        {
            return Verdict.Refused;
        }

        return mapping.ToByteArray().AsSpan().SequenceEqual(input)
            ? Is(AgreementClauses.Check(mapping, _agreement, "alpha", FuzzKeys.Time) == ClauseOutcome.Holds)
            : throw new InvalidOperationException("one mapping has two encodings");
    }

    // The framework reads frames before our code sees them, and answers this one exception with a refusal.
    private static Verdict Parses<T>(MessageParser<T> parser, byte[] input)
        where T : IMessage<T>
    {
        try
        {
            return Is(parser.ParseFrom(input) is not null);
        }
        catch (InvalidProtocolBufferException)
        {
            return Verdict.Refused;
        }
    }

    private VerificationKey? Signers(ReadOnlyMemory<byte> keyIdentifier) => _alpha.Signers(keyIdentifier) ?? _beta.Signers(keyIdentifier);

    private string SignedByBoth() =>
        AgreementFile.Sign(_text, AgreementFile.Sign(_text, "", _alpha.Signing, FuzzKeys.Time), _beta.Signing, FuzzKeys.Time);

    private static ByteString Id(byte value) => ByteString.CopyFrom(Enumerable.Repeat(value, 16).ToArray());

    private static IdentificationMapping Mapping()
    {
        var now = FuzzKeys.Time.ToUnixTimeSeconds();
        return new IdentificationMapping
        {
            MappingId = Id(1),
            Version = 1,
            State = MappingState.Active,
            Pseudonym = Id(2),
            Salt = Id(3),
            PseudonymType = PseudonymType.Relationship,
            IdentityReference = new IdentityReference { Type = IdentityReferenceType.SubscriberNumber, Value = "+82-10-5550-0001" },
            BindingMethod = BindingMethod.OperatorConfirmed,
            Purpose = "roaming",
            Consent = new ConsentReference { RecordId = "consent-1", NoticeVersion = "1" },
            AgreementId = "agreement-1",
            Issuer = "alpha",
            Recipient = "beta",
            IssuedAtS = now,
            NotBeforeS = now,
            NotAfterS = now + 86_400,
            PermittedOperations = { Operation.Read },
        };
    }

    private byte[] Batch(int mappings) => new MappingBatch { Mappings = { Enumerable.Repeat(ByteString.CopyFrom(_mapping), mappings) } }.ToByteArray();

    private static IReadOnlyList<byte[]> SenderFrames() =>
    [
        new SenderFrame
        {
            Hello = new Hello { ProtocolVersion = 1, GatewayUri = "xvide://alpha/a1", Channels = { new ChannelOffer { AgreementId = "agreement-1", AgreementRevision = 1, AgreementDigest = ByteString.CopyFrom(new byte[32]) } } },
        }.ToByteArray(),
        new SenderFrame { Message = new Contracts.Exchange.V1.SealedMessage { AgreementId = "agreement-1", Epoch = 3, Sequence = 7, Sealed = ByteString.CopyFrom(new byte[300]) } }.ToByteArray(),
        new SenderFrame { Heartbeat = new Heartbeat { Number = 5 } }.ToByteArray(),
        new SenderFrame { Drain = new Drain { DeadlineS = 5 } }.ToByteArray(),
    ];

    private static IReadOnlyList<byte[]> ReceiverFrames() =>
    [
        new ReceiverFrame { Welcome = new Welcome { ProtocolVersion = 1, GatewayUri = "xvide://beta/b1", Credit = 8, Channels = { new ChannelState { AgreementId = "agreement-1", Epoch = 3 } } } }.ToByteArray(),
        new ReceiverFrame { Receipt = new SealedReceipt { AgreementId = "agreement-1", Sequence = 7, Sealed = ByteString.CopyFrom(new byte[300]) } }.ToByteArray(),
        new ReceiverFrame { Refused = new MessageRefused { AgreementId = "agreement-1", Sequence = 7, Code = RefusalCode.Malformed } }.ToByteArray(),
    ];
}
