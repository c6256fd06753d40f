using System.Security.Cryptography;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Receipts;
using Gateway.Sealing.Signatures;
using Gateway.Server.Hosting;
using Google.Protobuf;
using SealedMessage = Gateway.Contracts.Exchange.V1.SealedMessage;

namespace Gateway.Server.Conformance;

/// <summary>
/// The tester as a peer: configured keys, an agreement of its own with the peer under test, and mappings of nobody. Every check opens its own
/// session and goes on from the state that the Welcome tells.
/// </summary>
internal sealed class Tester(NodeKeys keys, Peer peer, SignedAgreement signed, TimeProvider time)
{
    /// <summary>How long an answer may take. A peer may fsync, and the machine may be busy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const int FrameBytesMax = 8 * 1024 * 1024;
    private const int IdBytes = 16;

    private readonly GrpcPeerChannel _channel = new(keys.Tls, time) { SendBytesMax = FrameBytesMax };

    public Peer Peer => peer;

    public NodeKeys Keys => keys;

    public Agreement Agreement => signed.Agreement;

    /// <summary>A mapping that was kept, to be erased at the end.</summary>
    public IdentificationMapping? Kept { get; private set; }

    private string Purpose => signed.Agreement.Purposes.Order(StringComparer.Ordinal).First();

    public Hello Hello() => new()
    {
        ProtocolVersion = 1,
        GatewayUri = keys.Signing.Owner.ToString(),
        Channels = { Offer() },
    };

    public ChannelOffer Offer() => new()
    {
        AgreementId = signed.Agreement.Id,
        AgreementRevision = (uint)signed.Agreement.Revision,
        AgreementDigest = ByteString.CopyFrom(signed.Digest.Span),
    };

    /// <summary>A session on which nothing has been said.</summary>
    public Task<TesterSession> OpenAsync(CancellationToken cancellationToken) => OpenAsync(_channel, cancellationToken);

    /// <summary>A session over a connection with another TLS identity.</summary>
    public Task<TesterSession> OpenAsync(TlsIdentity identity, CancellationToken cancellationToken) => OpenAsync(new GrpcPeerChannel(identity, time), cancellationToken);

    /// <summary>A session that was welcomed, with these capabilities offered.</summary>
    /// <exception cref="ConformanceException">It was not.</exception>
    public async Task<TesterSession> WelcomedAsync(CancellationToken cancellationToken, params Capability[] capabilities)
    {
        var session = await OpenAsync(cancellationToken);
        var hello = Hello();
        hello.Capabilities.AddRange(capabilities);
        var came = await session.WelcomedAsync(hello, cancellationToken);
        return came == Came.Welcome && session.Channel.Refusal == RefusalCode.Unspecified
            ? session
            : throw new ConformanceException($"an honest Hello got {came}{(came == Came.Welcome ? $" with {session.Channel.Refusal}" : "")}");
    }

    /// <summary>A mapping that every clause of the agreement allows and that speaks of nobody.</summary>
    public IdentificationMapping Mapping(Action<IdentificationMapping>? change = null)
    {
        var now = time.GetUtcNow();
        var consent = new ConsentReference { RecordId = "conformance", NoticeVersion = Agreement.NoticeVersion };
        var mapping = new IdentificationMapping
        {
            MappingId = Id(),
            Version = 1,
            State = MappingState.Active,
            Pseudonym = Id(),
            PseudonymType = (PseudonymType)Agreement.PseudonymTypes.Order().First(),
            BindingMethod = BindingMethod.OperatorConfirmed,
            Purpose = Purpose,
            Consent = consent,
            AgreementId = Agreement.Id,
            Issuer = keys.Signing.Owner.Provider,
            Recipient = peer.Uri.Provider,
            IssuedAtS = now.ToUnixTimeSeconds(),
            NotBeforeS = now.ToUnixTimeSeconds(),
            NotAfterS = AgreementClauses.LatestNotAfter(Agreement, consent, now).ToUnixTimeSeconds(),
            Salt = Id(),
            PermittedOperations = { Agreement.Operations.Order().Select(operation => (Operation)operation) },
        };
        change?.Invoke(mapping);
        return mapping;
    }

    /// <summary>The version that changes a mapping.</summary>
    public IdentificationMapping Changed(IdentificationMapping mapping) => Mapping(changed =>
        (changed.MappingId, changed.Version, changed.Change) = (mapping.MappingId, mapping.Version + 1, MappingChange.Corrected));

    /// <summary>The version that erases a mapping.</summary>
    public IdentificationMapping Erased(IdentificationMapping mapping) => new()
    {
        MappingId = mapping.MappingId,
        Version = mapping.Version + 1,
        State = MappingState.Erased,
        Pseudonym = Id(),
        Purpose = mapping.Purpose,
        AgreementId = mapping.AgreementId,
        Issuer = mapping.Issuer,
        Recipient = mapping.Recipient,
        IssuedAtS = time.GetUtcNow().ToUnixTimeSeconds(),
        NotBeforeS = time.GetUtcNow().ToUnixTimeSeconds(),
        NotAfterS = time.GetUtcNow().ToUnixTimeSeconds(),
        Salt = Id(),
    };

    /// <summary>The next message of the channel; everything about it may be changed, and a real key signs it.</summary>
    public TestMessage Seal(TesterSession session, IdentificationMapping mapping, MessageChange? change = null)
    {
        byte[] item = mapping.ToByteArray();
        var honest = new ExchangeContext(
            keys.Signing.Owner,
            peer.Uri,
            Agreement.Id,
            Agreement.Revision,
            mapping.Purpose,
            RandomNumberGenerator.GetBytes(IdBytes),
            (long)session.Channel.LastSequence + 1,
            session.Channel.LastMessageHash.Memory,
            DateTimeOffset.FromUnixTimeSeconds(Agreement.ValidUntil.ToUnixTimeSeconds()),
            1,
            MerkleTree.Root([item]));
        var context = change?.Context?.Invoke(honest) ?? honest;
        var content = change?.Content ?? new MappingBatch { Mappings = { ByteString.CopyFrom(item) } }.ToByteArray();
        var message = MessageSealer.Seal(content, context, change?.Signer ?? keys.Signing, change?.Recipient ?? peer.Encryption, change?.At ?? time.GetUtcNow());
        return new TestMessage(message.Detached, message.MessageHash, new SealedMessage
        {
            AgreementId = Agreement.Id,
            Epoch = session.Channel.Epoch,
            Sequence = (ulong)context.Sequence,
            Sealed = ByteString.CopyFrom(message.Envelope),
        });
    }

    /// <summary>Sends a message that must be kept, and goes on from it.</summary>
    /// <returns>The receipt, opened.</returns>
    /// <exception cref="ConformanceException">It was not.</exception>
    public async Task<byte[]> KeptAsync(TesterSession session, IdentificationMapping mapping, CancellationToken cancellationToken)
    {
        var message = Seal(session, mapping);
        var came = await session.AskAsync(message.Frame, cancellationToken);
        if (came != Came.Receipt)
        {
            throw new ConformanceException($"an honest message got {came}");
        }

        Continue(session, message);
        Kept = mapping;
        return Open(session.Frame!.Receipt) ?? throw new ConformanceException("the receipt's envelope does not open");
    }

    /// <summary>The channel goes on after a message that was kept.</summary>
    public static void Continue(TesterSession session, TestMessage message)
    {
        session.Channel.LastSequence = message.Frame.Sequence;
        session.Channel.LastMessageHash = ByteString.CopyFrom(message.Hash);
    }

    /// <summary>Opens the envelope of a receipt; null when it does not open.</summary>
    public byte[]? Open(SealedReceipt receipt) => Envelope.Open(receipt.Sealed.Memory, keys.Decryption).Content;

    /// <summary>What a receipt is worth for the message it answers.</summary>
    public string Judge(byte[] receipt, byte[] detached)
    {
        var result = SignedReceipt.Verify(receipt, detached, id => Match(peer.Signer, id), id => Match(keys.Signer, id));
        return result.IsReceived ? Came.ReceiptThatHolds : $"receipt that does not hold: {result.Outcome} {result.Verify}";
    }

    private static ByteString Id() => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(IdBytes));

    private static VerificationKey? Match(VerificationKey key, ReadOnlyMemory<byte> identifier) =>
        key.KeyIdentifier.Span.SequenceEqual(identifier.Span) ? key : null;

    private async Task<TesterSession> OpenAsync(GrpcPeerChannel channel, CancellationToken cancellationToken) =>
        new(await channel.OpenAsync(peer, cancellationToken), Patience);
}

/// <summary>A message of the tester.</summary>
/// <param name="Detached">The signed message without its content, DER.</param>
/// <param name="Hash">SHA-256 of its signed attributes.</param>
/// <param name="Frame">As it is sent.</param>
internal sealed record TestMessage(byte[] Detached, byte[] Hash, SealedMessage Frame);

/// <summary>What is wrong with a message on purpose.</summary>
internal sealed record MessageChange
{
    public Func<ExchangeContext, ExchangeContext>? Context { get; init; }

    public byte[]? Content { get; init; }

    public SigningKey? Signer { get; init; }

    public EncryptionKey? Recipient { get; init; }

    public DateTimeOffset? At { get; init; }
}

/// <summary>What a check is built on did not come.</summary>
internal sealed class ConformanceException(string message) : Exception(message);
