using Gateway.Contracts.Exchange.V1;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Keys;
using Google.Protobuf;

namespace Gateway.Server.Conformance;

/// <summary>Clause 2: what a message must be to get a receipt.</summary>
internal static class MessageChecks
{
    private static readonly string NotVerified = Came.Refused(RefusalCode.NotVerified);
    private static readonly string Malformed = Came.Refused(RefusalCode.Malformed);
    private static readonly string NotAgreed = Came.Refused(RefusalCode.NotAgreed);
    private static readonly string Outside = Came.Refused(RefusalCode.OutsideAgreement);

    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new("2.1", "an honest message", [Came.ReceiptThatHolds], ReceiptAsync),
        new("2.2", "bytes that are no CMS", [NotVerified], (tester, ct) => FrameAsync(tester, frame => frame.Sealed = ByteString.CopyFromUtf8("no message"), ct)),
        new("2.2", "an envelope with one bit changed", [NotVerified], (tester, ct) => FrameAsync(tester, Flip, ct)),
        new("2.2", "an envelope with a byte after its end", [NotVerified], (tester, ct) => FrameAsync(tester, frame => frame.Sealed = ByteString.CopyFrom([.. frame.Sealed.Span, 0]), ct)),
        new("2.3", "a message signed by a key of the same name that the peer does not know", [NotVerified], UnknownSignerAsync),
        new("2.3", "a message signed a day in the future", [NotVerified], (tester, ct) => MessageAsync(tester, new MessageChange { At = TimeProvider.System.GetUtcNow().AddDays(1) }, ct)),
        new("2.4", "a message that was signed for somebody else, sealed again", [Came.Refused(RefusalCode.IdentityMismatch)], ForwardedAsync),
        new("2.5", "a message whose content is no batch", [Malformed], (tester, ct) => MessageAsync(tester, new MessageChange { Content = "no batch"u8.ToArray() }, ct)),
        new("2.5", "a Merkle root of other mappings", [Malformed], (tester, ct) => ContextAsync(tester, context => context with { MerkleRoot = new byte[32] }, ct)),
        new("2.5", "a count of two for one mapping", [Malformed], (tester, ct) => ContextAsync(tester, context => context with { Count = 2 }, ct)),
        new("2.5", "a sequence on the frame that is not the signed one", [Malformed], (tester, ct) => FrameAsync(tester, frame => frame.Sequence++, ct)),
        new("2.5", "a mapping without its salt", [Malformed], (tester, ct) => MappingAsync(tester, mapping => mapping.Salt = ByteString.Empty, ct)),
        new("2.5", "a mapping with a field nobody knows", [Malformed], (tester, ct) => MappingAsync(tester, mapping => mapping.MergeFrom([0xFA, 0x3F, 0x01, 0x00]), ct)),
        new("2.6", "a message on a channel that is not open", [NotAgreed], (tester, ct) => FrameAsync(tester, frame => frame.AgreementId = "no-such-agreement", ct)),
        new("2.6", "a message that ran out", [NotAgreed], (tester, ct) => ContextAsync(tester, context => context with { NotAfter = context.NotAfter.AddYears(-100) }, ct)),
        new("2.6", "a message of another revision", [NotAgreed], (tester, ct) => ContextAsync(tester, context => context with { AgreementRevision = context.AgreementRevision + 1000 }, ct)),
        new("2.7", "a purpose that is not agreed", [Outside], (tester, ct) => MappingAsync(tester, mapping => mapping.Purpose = "not-agreed", ct)),
        new("2.7", "a mapping of another purpose than its message", [Outside], OtherPurposeAsync),
        new("2.7", "a mapping to be kept longer than agreed", [Outside], (tester, ct) => MappingAsync(tester, mapping => mapping.NotAfterS += 86_400, ct)),
        new("2.7", "a mapping issued by a third provider", [Outside], (tester, ct) => MappingAsync(tester, mapping => mapping.Issuer = "somebody", ct)),
        new("2.8", "a change of a mapping without a word on changes in Hello", [Malformed], (tester, ct) => MappingAsync(tester, mapping => (mapping.Version, mapping.Change) = (2, MappingChange.Corrected), ct)),
    ];

    private static async Task<string> ReceiptAsync(Tester tester, CancellationToken cancellationToken)
    {
        await using var session = await tester.WelcomedAsync(cancellationToken);
        var message = tester.Seal(session, tester.Mapping());
        var came = await session.AskAsync(message.Frame, cancellationToken);
        return came != Came.Receipt ? came
            : tester.Open(session.Frame!.Receipt) is { } receipt ? tester.Judge(receipt, message.Detached)
            : "receipt whose envelope does not open";
    }

    private static Task<string> ContextAsync(Tester tester, Func<Sealing.Signatures.ExchangeContext, Sealing.Signatures.ExchangeContext> change, CancellationToken cancellationToken) =>
        MessageAsync(tester, new MessageChange { Context = change }, cancellationToken);

    private static async Task<string> MessageAsync(Tester tester, MessageChange change, CancellationToken cancellationToken)
    {
        await using var session = await tester.WelcomedAsync(cancellationToken);
        return await session.AskAsync(tester.Seal(session, tester.Mapping(), change).Frame, cancellationToken);
    }

    private static async Task<string> MappingAsync(Tester tester, Action<IdentificationMapping> change, CancellationToken cancellationToken)
    {
        await using var session = await tester.WelcomedAsync(cancellationToken);
        return await session.AskAsync(tester.Seal(session, tester.Mapping(change)).Frame, cancellationToken);
    }

    private static async Task<string> OtherPurposeAsync(Tester tester, CancellationToken cancellationToken)
    {
        await using var session = await tester.WelcomedAsync(cancellationToken);
        var agreed = tester.Mapping().Purpose;
        var message = tester.Seal(session, tester.Mapping(mapping => mapping.Purpose = "not-agreed"), new MessageChange { Context = context => context with { Purpose = agreed } });
        return await session.AskAsync(message.Frame, cancellationToken);
    }

    private static async Task<string> FrameAsync(Tester tester, Action<Contracts.Exchange.V1.SealedMessage> change, CancellationToken cancellationToken)
    {
        await using var session = await tester.WelcomedAsync(cancellationToken);
        var frame = tester.Seal(session, tester.Mapping()).Frame;
        change(frame);
        return await session.AskAsync(frame, cancellationToken);
    }

    private static void Flip(Contracts.Exchange.V1.SealedMessage frame)
    {
        var envelope = frame.Sealed.ToByteArray();
        envelope[^40] ^= 1;
        frame.Sealed = ByteString.CopyFrom(envelope);
    }

    private static async Task<string> UnknownSignerAsync(Tester tester, CancellationToken cancellationToken)
    {
        using var pki = DevelopmentPki.Create(tester.Keys.Signing.Owner, ["localhost"], TimeProvider.System.GetUtcNow());
        using var signer = SigningKey.From(pki);
        return await MessageAsync(tester, new MessageChange { Signer = signer }, cancellationToken);
    }

    // A receiver that opens a message and seals it for a third party: only the recipient inside the signature tells.
    private static async Task<string> ForwardedAsync(Tester tester, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var pki = DevelopmentPki.Create(GatewayUri.Parse("xvide://somebody/else"), ["localhost"], now);
        using var decryption = DecryptionKey.From(pki);
        using var encryption = EncryptionKey.TryCreate(
            [pki["decryption"].Certificate, pki["issuing"].Certificate], TrustAnchors.FromCertificates([pki.Root]), pki.Owner, now).Key!;
        await using var session = await tester.WelcomedAsync(cancellationToken);
        var message = tester.Seal(session, tester.Mapping(), new MessageChange { Context = context => context with { Recipient = pki.Owner }, Recipient = encryption });
        var signed = Envelope.Open(message.Frame.Sealed.Memory, decryption).Content;
        message.Frame.Sealed = ByteString.CopyFrom(Envelope.Seal(signed, tester.Peer.Encryption));
        return await session.AskAsync(message.Frame, cancellationToken);
    }
}
