using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Outbox;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Receipts;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Delivery;

/// <summary>Checks receipts against the messages they answer and keeps those that hold. A message without a receipt that holds was not delivered.</summary>
internal sealed class ReceiptKeeper(IExchangeStore store, DecryptionKey decryption, VerificationKey own, TimeProvider time, ILogger log)
{
    private const int SealedBytesMax = 16 * 1024;

    /// <returns>False when the receipt does not hold; the peer is then not to be believed.</returns>
    public async Task<bool> KeepAsync(Peer peer, SealedBatch message, ReadOnlyMemory<byte> sealedReceipt, CancellationToken cancellationToken)
    {
        // 1 the size, then the envelope
        if (sealedReceipt.Length > SealedBytesMax)
        {
            return await RejectAsync(message, nameof(OpenOutcome.TooLarge), cancellationToken);
        }

        var (opened, receipt) = Envelope.Open(sealedReceipt, decryption);
        if (receipt is null)
        {
            return await RejectAsync(message, opened.ToString(), cancellationToken);
        }

        // 2 the receipt against the very message that was sent
        var result = SignedReceipt.Verify(receipt, message.SignedMessage, id => Match(peer.Signer, id), id => Match(own, id));
        if (!result.IsReceived)
        {
            return await RejectAsync(message, result.Outcome.ToString(), cancellationToken);
        }

        // 3 kept
        await store.RecordReceiptAsync(message.Channel, message.Sequence, receipt, Event(EventNames.RelayAcceptance, "", message), cancellationToken);
        ExchangeMetrics.Receipted();
        return true;
    }

    public Task KeepRefusalAsync(SealedBatch message, RefusalCode code, CancellationToken cancellationToken) =>
        store.RecordRefusalAsync(message.Channel, message.Sequence, Event(EventNames.RelayRejection, code.ToString(), message), cancellationToken);

    private static VerificationKey? Match(VerificationKey key, ReadOnlyMemory<byte> identifier) =>
        key.KeyIdentifier.Span.SequenceEqual(identifier.Span) ? key : null;

    private async Task<bool> RejectAsync(SealedBatch message, string reason, CancellationToken cancellationToken)
    {
        log.ReceiptRejected(message.Channel.Recipient, message.Channel.AgreementId, message.Sequence, reason);
        await store.AppendAsync(Event(EventNames.ReceiptRejection, reason, message), cancellationToken);
        return false;
    }

    private EvidenceEvent Event(string name, string reason, SealedBatch message) => new(
        name, reason, time.GetUtcNow(), message.Channel.Sender, message.Channel.Recipient, message.Channel.AgreementId, message.Sequence, message.MessageHash);
}
