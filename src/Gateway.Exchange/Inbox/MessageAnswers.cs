using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Ledgers;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Receipts;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using SealedMessage = Gateway.Contracts.Exchange.V1.SealedMessage;

namespace Gateway.Exchange.Inbox;

/// <summary>A message on its way through the session.</summary>
/// <param name="Frame">As it came.</param>
/// <param name="Result">What the intake made of it.</param>
/// <param name="Accepting">What the store makes of it; null for a message that is refused.</param>
internal sealed record TakenMessage(SealedMessage Frame, IntakeResult Result, Task<AcceptResult?> Accepting);

/// <summary>Makes the answer to a message: a receipt when it is durable, a refusal with evidence when it is not.</summary>
internal sealed class MessageAnswers(
    IExchangeStore store, DeferredEvidence evidence, StatementAnswers statements, PeerRefusals refusals, SigningKey signing, TimeProvider time, ILogger log)
{
    /// <summary>Hands a message to the store, or its refusal to the evidence. Null means refused.</summary>
    public async Task<AcceptResult?> BeginAsync(SealedMessage frame, IntakeResult result, InboundCaller caller)
    {
        if (result.Batch is null)
        {
            await RejectAsync(frame, result, result.Refusal, result.Detail, caller);
            return null;
        }

        try
        {
            var accepted = await store.AcceptAsync(WithReceipt(result), CancellationToken.None);
            await evidence.FlushAsync();
            return accepted;
        }
        catch (StoreUnavailableException unavailable)
        {
            log.StoreUnavailable(unavailable.Message);
            evidence.Defer(result.Batch.Accepted with { Name = EventNames.ContentConsignmentFailure, Reason = "StoreUnavailable" });
            return null;
        }
    }

    /// <summary>The answer, once what it says is durable.</summary>
    public async Task<ReceiverFrame> EndAsync(TakenMessage taken, AcceptResult? accepted, InboundCaller caller)
    {
        switch (accepted?.Outcome)
        {
            case null:
                return Refused(taken.Frame, taken.Result.Batch is null ? taken.Result.Refusal : RefusalCode.Unavailable);
            case AcceptOutcome.Accepted:
                ExchangeMetrics.Accepted();
                caller.Channels[taken.Frame.AgreementId].Kept(taken.Result.Batch!.Sequence);
                return await ReceiptAsync(taken, accepted.Receipt, caller.Peer);
            case AcceptOutcome.Repeat:
                return await ReceiptAsync(taken, accepted.Receipt, caller.Peer);
            case AcceptOutcome.Fenced when caller.HasMoved:
                // The sender moved to a newer session and sends this one again there.
                return Refused(taken.Frame, RefusalCode.Fenced);
            default:
                var code = CodeOf(accepted.Outcome);
                if (accepted.Outcome == AcceptOutcome.VolumeExceeded)
                {
                    log.VolumeExceeded(caller.Peer.Uri, taken.Frame.AgreementId);
                }

                await RejectAsync(taken.Frame, taken.Result, code, accepted.Outcome.ToString(), caller);
                var refused = Refused(taken.Frame, code);
                refused.Refused.Statement = await ContradictAsync(taken, accepted, caller.Peer);
                return refused;
        }
    }

    // Not a word of ours that a peer may deny, but its own two signatures and ours under one statement.
    private async Task<ByteString> ContradictAsync(TakenMessage taken, AcceptResult accepted, Peer peer)
    {
        if (accepted.Outcome != AcceptOutcome.Equivocation)
        {
            return ByteString.Empty;
        }

        try
        {
            var batch = taken.Result.Batch!;
            return UnsafeByteOperations.UnsafeWrap(await statements.ContradictAsync(
                batch.Channel, batch.Sequence, accepted.KeptMessageHash, batch.MessageHash, peer, CancellationToken.None));
        }
        catch (StoreUnavailableException unavailable)
        {
            log.StoreUnavailable(unavailable.Message);
            return ByteString.Empty;
        }
    }

    // Signed before it is durable and given away after: one transaction for message and receipt, and one wait for the disk less.
    private VerifiedBatch WithReceipt(IntakeResult result) =>
        result.IsNew ? result.Batch! with { Receipt = SignedReceipt.Create(result.Message!, signing, time.GetUtcNow()) } : result.Batch!;

    private static RefusalCode CodeOf(AcceptOutcome outcome) => outcome switch
    {
        AcceptOutcome.OutOfSequence => RefusalCode.OutOfSequence,
        AcceptOutcome.Equivocation => RefusalCode.Equivocation,
        AcceptOutcome.Fenced => RefusalCode.Fenced,
        AcceptOutcome.VolumeExceeded => RefusalCode.OutsideAgreement,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    private static ReceiverFrame Refused(SealedMessage frame, RefusalCode code) =>
        new() { Refused = new MessageRefused { AgreementId = frame.AgreementId, Sequence = frame.Sequence, Code = code } };

    private async Task<ReceiverFrame> ReceiptAsync(TakenMessage taken, ReadOnlyMemory<byte> issuedBefore, Peer peer)
    {
        try
        {
            var batch = taken.Result.Batch!;
            var receipt = issuedBefore;
            if (receipt.IsEmpty)
            {
                // The message was kept before and its receipt never was. Kept before it is sent: the same message, sent again after a crash,
                // gets these very bytes and no second receipt.
                var signed = SignedReceipt.Create(taken.Result.Message!, signing, time.GetUtcNow());
                receipt = await store.RecordIssuedReceiptAsync(batch.Channel, batch.Sequence, signed, CancellationToken.None);
            }

            var envelope = Envelope.Seal(receipt.Span, peer.Encryption);
            return new ReceiverFrame
            {
                Receipt = new SealedReceipt { AgreementId = taken.Frame.AgreementId, Sequence = taken.Frame.Sequence, Sealed = UnsafeByteOperations.UnsafeWrap(envelope) },
            };
        }
        catch (StoreUnavailableException unavailable)
        {
            // The message is kept and its receipt is not: sent again, it gets one.
            log.StoreUnavailable(unavailable.Message);
            return Refused(taken.Frame, RefusalCode.Unavailable);
        }
    }

    private async Task RejectAsync(SealedMessage frame, IntakeResult result, RefusalCode code, string detail, InboundCaller caller)
    {
        var peer = caller.Peer;
        if (!refusals.TryCount(peer.Uri))
        {
            caller.CutOff();
        }

        // On a channel that is not open the frame's own words are all there is, and they are a stranger's.
        var agreementId = result.Detail == MessageIntake.ChannelNotOpen ? "" : frame.AgreementId;
        var sequence = frame.Sequence <= long.MaxValue ? (long)frame.Sequence : 0;
        log.MessageRejected(peer.Uri, agreementId, sequence, code, detail);
        ExchangeMetrics.Refused(code);
        var rejected = new EvidenceEvent(
            EventNames.RelayRejection,
            detail,
            time.GetUtcNow(),
            peer.Uri.Provider,
            signing.Owner.Provider,
            agreementId,
            sequence,
            result.Message?.MessageHash ?? default);
        await evidence.AppendAsync(rejected);
    }
}
