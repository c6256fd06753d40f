using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Mappings;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;
using Google.Protobuf;
using SealedMessage = Gateway.Contracts.Exchange.V1.SealedMessage;

namespace Gateway.Exchange.Inbox;

/// <summary>What became of a frame with a sealed message.</summary>
/// <param name="Refusal">Why it is refused, or unspecified.</param>
/// <param name="Detail">The same for our own log and evidence; it never leaves the node.</param>
/// <param name="Batch">The message, ready to be kept, when it is not refused.</param>
/// <param name="Message">The message, for its receipt.</param>
internal sealed record IntakeResult(RefusalCode Refusal, string Detail, VerifiedBatch? Batch, SignedMessage? Message);

/// <summary>
/// From a frame to a message that may be kept, in the order of the sealing profile: size, envelope, signature, context, Merkle root, and only
/// then protobuf. Nothing of a message is parsed before its signature was verified.
/// </summary>
internal sealed class MessageIntake(GatewayUri own, DecryptionKey decryption, RecordProtection protection, KeyedDigest index, TimeProvider time)
{
    private const int SealedBytesMax = 1024 * 1024;
    private const int MappingBytesMax = 4096;

    // A message whose signing time is further ahead of our clock than this was signed by a clock nobody can rely on.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    public IntakeResult Take(SealedMessage frame, InboundCaller caller)
    {
        // 1 the channel and the size
        if (!caller.Channels.TryGetValue(frame.AgreementId, out var channel))
        {
            return Refuse(RefusalCode.NotAgreed, "ChannelNotOpen");
        }

        if (frame.Sealed.Length > SealedBytesMax)
        {
            return Refuse(RefusalCode.Malformed, "TooLarge");
        }

        var now = time.GetUtcNow();
        if (!channel.Signed.Agreement.IsInForce(now))
        {
            return Refuse(RefusalCode.NotAgreed, "AgreementNotInForce");
        }

        if (frame.Epoch != (ulong)channel.Epoch)
        {
            return Refuse(RefusalCode.Fenced, "OtherEpoch");
        }

        // 2 envelope and signature
        var opened = MessageOpener.Open(frame.Sealed.Memory, decryption, id => Signer(caller, id));
        if (!opened.IsOpened)
        {
            return Refuse(RefusalCode.NotVerified, opened.Verify?.ToString() ?? opened.Outcome.ToString());
        }

        // 3 the context: transport identity = signer = sender = party, and the recipient is us
        var refused = CheckContext(opened.Message, frame, channel.Signed.Agreement, caller, now);
        return refused ?? TakeContent(opened.Message, channel, caller, now);
    }

    private static VerificationKey? Signer(InboundCaller caller, ReadOnlyMemory<byte> identifier) =>
        caller.Peer.Signer.KeyIdentifier.Span.SequenceEqual(identifier.Span) ? caller.Peer.Signer : null;

    private static IntakeResult Refuse(RefusalCode code, string detail) => new(code, detail, null, null);

    private IntakeResult? CheckContext(SignedMessage message, SealedMessage frame, Agreement agreement, InboundCaller caller, DateTimeOffset now)
    {
        var context = message.Context!;
        var refused = context switch
        {
            _ when message.Signer.Owner != caller.Peer.Uri => (RefusalCode.IdentityMismatch, "SignerIsNotCaller"),
            _ when context.Sender != caller.Peer.Uri => (RefusalCode.IdentityMismatch, "SenderIsNotCaller"),
            _ when context.Recipient != own => (RefusalCode.IdentityMismatch, "RecipientIsNotUs"),
            _ when agreement.CounterpartyOf(own.Provider)?.Gateways.Contains(context.Sender) != true => (RefusalCode.IdentityMismatch, "SenderIsNoParty"),
            _ when context.AgreementId != frame.AgreementId || context.AgreementRevision != agreement.Revision => (RefusalCode.NotAgreed, "OtherAgreement"),
            _ when !agreement.Purposes.Contains(context.Purpose) => (RefusalCode.OutsideAgreement, "PurposeNotAgreed"),
            _ when context.Sequence != (long)frame.Sequence => (RefusalCode.Malformed, "SequenceDiffers"),
            _ when context.NotAfter <= now => (RefusalCode.NotVerified, "MessageExpired"),
            _ when message.SigningTime > now + ClockTolerance => (RefusalCode.NotVerified, "SignedInTheFuture"),
            _ => (RefusalCode.Unspecified, ""),
        };
        return refused.Item1 == RefusalCode.Unspecified ? null : Refuse(refused.Item1, refused.Item2);
    }

    private IntakeResult TakeContent(SignedMessage message, OpenChannel channel, InboundCaller caller, DateTimeOffset now)
    {
        // 4 the items, as the bytes that were signed, under the root that was signed
        var context = message.Context!;
        if (!TryRead(message.Content, out MappingBatch? batch) || batch.Mappings.Count != context.Count)
        {
            return Refuse(RefusalCode.Malformed, "NotABatch");
        }

        var items = batch.Mappings.Select(item => item.Memory).ToArray();
        if (!MerkleTree.Root(items).AsSpan().SequenceEqual(context.MerkleRoot.Span))
        {
            return Refuse(RefusalCode.Malformed, "OtherMerkleRoot");
        }

        // 5 every mapping against every clause, and encrypted for its place
        var received = new List<ReceivedMapping>(items.Length);
        foreach (var item in items)
        {
            if (item.Length > MappingBytesMax || !TryRead(item, out IdentificationMapping? mapping))
            {
                return Refuse(RefusalCode.Malformed, "NotAMapping");
            }

            var clause = mapping.Purpose == context.Purpose
                ? AgreementClauses.Check(mapping, channel.Signed.Agreement, caller.Peer.Uri.Provider, now)
                : ClauseOutcome.PurposeNotAgreed;
            if (clause != ClauseOutcome.Holds)
            {
                return Refuse(RefusalCode.OutsideAgreement, clause.ToString());
            }

            received.Add(Protect(mapping, item));
        }

        // 6 what the store keeps in one transaction
        var key = new ChannelKey(caller.Peer.Uri.Provider, own.Provider, context.AgreementId);
        var accepted = new EvidenceEvent(
            EventNames.RelayAcceptance, "", now, key.Sender, key.Recipient, key.AgreementId, context.Sequence, message.MessageHash);
        var verified = new VerifiedBatch(
            key, channel.Epoch, context.Sequence, context.MessageId, message.MessageHash, context.PreviousMessageHash, message.ToDetached(), received, accepted);
        return new IntakeResult(RefusalCode.Unspecified, "", verified, message);
    }

    private ReceivedMapping Protect(IdentificationMapping mapping, ReadOnlyMemory<byte> item)
    {
        // What was erased is not kept, not even encrypted.
        var content = mapping.State == MappingState.Erased
            ? new ProtectedRecord(default, default)
            : protection.Protect(RecordKind.Received, mapping.MappingId.Span, (int)mapping.Version, item.Span);
        return new ReceivedMapping(
            mapping.MappingId.Memory,
            (int)mapping.Version,
            (int)mapping.State,
            index.Compute("pseudonym"u8.ToArray(), mapping.Pseudonym.Memory),
            mapping.Purpose,
            DateTimeOffset.FromUnixTimeSeconds(mapping.NotAfterS),
            content);
    }

    private static bool TryRead<T>(ReadOnlyMemory<byte> bytes, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? message)
        where T : class, IMessage<T>, new()
    {
        message = new T();
        try
        {
            message.MergeFrom(bytes.Span);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            message = null;
            return false;
        }
    }
}
