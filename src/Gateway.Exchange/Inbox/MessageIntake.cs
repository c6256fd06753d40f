using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;
using SealedMessage = Gateway.Contracts.Exchange.V1.SealedMessage;

namespace Gateway.Exchange.Inbox;

/// <summary>What became of a frame with a sealed message.</summary>
/// <param name="Refusal">Why it is refused, or unspecified.</param>
/// <param name="Detail">The same for our own log and evidence; it never leaves the node.</param>
/// <param name="Batch">The message, ready to be kept, when it is not refused.</param>
/// <param name="Message">The message, for its receipt; also for a refusal, once its signature held.</param>
/// <param name="IsNew">True when it is not refused and comes after everything the channel kept when the session began.</param>
internal sealed record IntakeResult(RefusalCode Refusal, string Detail, VerifiedBatch? Batch, SignedMessage? Message, bool IsNew = false);

/// <summary>
/// From a frame to a message that may be kept, in the order of the sealing profile: size, envelope, signature, context, Merkle root, and only
/// then the mappings. Nothing of a message is parsed before its signature was verified.
/// </summary>
internal sealed class MessageIntake(
    GatewayUri own, DecryptionKey decryption, PeerDirectory peers, AgreementBook agreements, RecordProtection protection, KeyedDigest index, TimeProvider time)
{
    public const string ChannelNotOpen = "ChannelNotOpen";

    private const int SealedBytesMax = 1024 * 1024;
    private const int MappingBytesMax = 4096;

    // A message whose signing time is further ahead of our clock than this was signed by a clock nobody can rely on.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    public IntakeResult Take(SealedMessage frame, InboundCaller caller)
    {
        // 1 the channel and the size
        if (!caller.Channels.TryGetValue(frame.AgreementId, out var channel))
        {
            return Refuse(RefusalCode.NotAgreed, ChannelNotOpen);
        }

        if (frame.Sealed.Length > SealedBytesMax)
        {
            return Refuse(RefusalCode.Malformed, "TooLarge");
        }

        if (frame.Epoch != (ulong)channel.Epoch)
        {
            return Refuse(RefusalCode.Fenced, "OtherEpoch");
        }

        // 2 envelope and signature; any peer's key may open it so far, so that a message of one that comes from another is called what it is
        var opened = MessageOpener.Open(frame.Sealed.Memory, decryption, peers.Signer);
        if (!opened.IsOpened)
        {
            return Refuse(RefusalCode.NotVerified, opened.Outcome == OpenOutcome.NotVerified ? opened.Verify.ToString()! : opened.Outcome.ToString());
        }

        // 3 the context: transport identity = signer = sender = party, and the recipient is us
        var message = opened.Message;
        var context = message.Context!;
        var now = time.GetUtcNow();
        if (FindMismatch(message, context, caller) is { } mismatch)
        {
            return Refuse(RefusalCode.IdentityMismatch, mismatch, message);
        }

        if (context.AgreementId != frame.AgreementId || context.Sequence != (long)frame.Sequence)
        {
            return Refuse(RefusalCode.Malformed, "FrameDiffers", message);
        }

        if (message.SigningTime > now + ClockTolerance)
        {
            return Refuse(RefusalCode.NotVerified, "SignedInTheFuture", message);
        }

        // 4 the agreement, as it is now: it may have ended, or been taken away, since Hello
        if (context.NotAfter <= now || agreements.Find(context.AgreementId, context.AgreementRevision, caller.Peer.Uri.Provider, now) is not { } signed)
        {
            return Refuse(RefusalCode.NotAgreed, context.NotAfter <= now ? "MessageExpired" : "AgreementNotInForce", message);
        }

        return signed.Agreement.CounterpartyOf(own.Provider)!.Gateways.Contains(context.Sender)
            ? TakeContent(message, context, channel, signed.Agreement, caller, now)
            : Refuse(RefusalCode.IdentityMismatch, "SenderIsNoParty", message);
    }

    private static IntakeResult Refuse(RefusalCode code, string detail, SignedMessage? message = null) => new(code, detail, null, message);

    private string? FindMismatch(SignedMessage message, ExchangeContext context, InboundCaller caller) => context switch
    {
        _ when message.Signer.Owner != caller.Peer.Uri => "SignerIsNotCaller",
        _ when context.Sender != message.Signer.Owner => "SenderIsNotSigner",
        _ when context.Recipient != own => "RecipientIsNotUs",
        _ => null,
    };

    private IntakeResult TakeContent(
        SignedMessage message, ExchangeContext context, OpenChannel channel, Agreement agreement, InboundCaller caller, DateTimeOffset now)
    {
        // 5 the items, as the bytes that were signed, under the root that was signed
        if (!BatchContent.TryRead(message.Content, out MappingBatch? batch) || batch.Mappings.Count != context.Count)
        {
            return Refuse(RefusalCode.Malformed, "NotABatch", message);
        }

        var items = batch.Mappings.Select(item => item.Memory).ToArray();
        var leafHashes = MerkleTree.LeafHashes(items);
        if (!MerkleTree.RootOf(leafHashes).AsSpan().SequenceEqual(context.MerkleRoot.Span))
        {
            return Refuse(RefusalCode.Malformed, "OtherMerkleRoot", message);
        }

        // 6 every mapping against every clause, and encrypted for its place
        var received = new List<ReceivedMapping>(items.Length);
        var issued = new IssuedMappings(agreement, now);
        var states = new SortedSet<MappingState>();
        foreach (var item in items)
        {
            if (item.Length > MappingBytesMax || !BatchContent.TryRead(item, out IdentificationMapping? mapping))
            {
                return Refuse(RefusalCode.Malformed, "NotAMapping", message);
            }

            var clause = mapping.Purpose == context.Purpose
                ? AgreementClauses.Check(mapping, agreement, caller.Peer.Uri.Provider, message.SigningTime)
                : ClauseOutcome.PurposeNotAgreed;
            if (clause != ClauseOutcome.Holds)
            {
                return Refuse(clause == ClauseOutcome.OutOfBounds ? RefusalCode.Malformed : RefusalCode.OutsideAgreement, clause.ToString(), message);
            }

            if (mapping.Change != MappingChange.Unspecified && !caller.TellsChanges)
            {
                return Refuse(RefusalCode.Malformed, "NotNegotiated", message);
            }

            issued.Add(mapping);
            states.Add(mapping.State);
            received.Add(Protect(mapping, item, now));
        }

        // 7 what the store keeps in one transaction, which holds it to the volume of the day as well
        var key = new ChannelKey(caller.Peer.Uri.Provider, own.Provider, context.AgreementId);
        var accepted = new EvidenceEvent(
            EventNames.RelayAcceptance, "", now, key.Sender, key.Recipient, key.AgreementId, context.Sequence, message.MessageHash);
        var verified = new VerifiedBatch(
            key, channel.Epoch, context.Sequence, context.MessageId, message.MessageHash, context.PreviousMessageHash, message.ToDetached(), received, accepted)
        {
            LeafHashes = leafHashes,
            Changes = [.. states.Select(EventNames.OfState).OfType<string>().Select(name => accepted with { Name = name })],
            Issued = issued.ByDay(agreements),
        };
        return new IntakeResult(RefusalCode.Unspecified, "", verified, message, context.Sequence > channel.LastSequence);
    }

    private ReceivedMapping Protect(IdentificationMapping mapping, ReadOnlyMemory<byte> item, DateTimeOffset now)
    {
        // A message that was on its way for long may bring what must not be kept any more: it is buried on arrival, not even encrypted.
        var erased = mapping.State == MappingState.Erased || mapping.NotAfterS <= now.ToUnixTimeSeconds();
        var content = erased
            ? new ProtectedRecord(default, default)
            : protection.Protect(RecordKind.Received, mapping.MappingId.Span, (int)mapping.Version, item.Span);
        return new ReceivedMapping(
            mapping.MappingId.Memory,
            (int)mapping.Version,
            (int)(erased ? MappingState.Erased : mapping.State),
            index.Compute("pseudonym"u8.ToArray(), mapping.Pseudonym.Memory),
            mapping.Purpose,
            DateTimeOffset.FromUnixTimeSeconds(mapping.NotAfterS),
            content)
        {
            ChangeEvent = erased ? null : EventNames.OfChange(mapping.Change),
        };
    }
}
