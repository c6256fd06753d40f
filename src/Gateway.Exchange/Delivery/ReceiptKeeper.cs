using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Receipts;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Delivery;

/// <summary>Checks receipts against the messages they answer and keeps those that hold. A message without a receipt that holds was not delivered.</summary>
internal sealed class ReceiptKeeper(IExchangeStore store, DecryptionKey decryption, VerificationKey own, string provider, TimeProvider time, ILogger log)
{
    /// <returns>False when the receipt does not hold; the peer is then not to be believed.</returns>
    public async Task<bool> KeepAsync(Peer peer, ChannelKey channel, long sequence, ReadOnlyMemory<byte> sealedReceipt, CancellationToken cancellationToken)
    {
        // 1 the message it answers
        if (await store.FindMessageAsync(channel, sequence, cancellationToken) is not { } message)
        {
            return await RejectAsync(channel, sequence, "NotSent", cancellationToken);
        }

        // 2 the envelope, then the receipt against the message
        var (opened, receipt) = Envelope.Open(sealedReceipt, decryption);
        if (receipt is null)
        {
            return await RejectAsync(channel, sequence, opened.ToString(), cancellationToken);
        }

        var result = SignedReceipt.Verify(receipt, message.SignedMessage, id => Match(peer.Signer, id), id => Match(own, id));
        if (!result.IsReceived)
        {
            return await RejectAsync(channel, sequence, result.Outcome.ToString(), cancellationToken);
        }

        // 3 kept
        var relayed = Event(EventNames.RelayAcceptance, "", channel, sequence, message.MessageHash);
        await store.RecordReceiptAsync(channel, sequence, receipt, relayed, cancellationToken);
        ExchangeMetrics.Receipted();
        return true;
    }

    public Task KeepRefusalAsync(Peer peer, MessageRefused refused, CancellationToken cancellationToken)
    {
        var channel = new ChannelKey(provider, peer.Uri.Provider, refused.AgreementId);
        var rejected = Event(EventNames.RelayRejection, refused.Code.ToString(), channel, (long)refused.Sequence, default);
        return store.RecordRefusalAsync(channel, (long)refused.Sequence, rejected, cancellationToken);
    }

    private static VerificationKey? Match(VerificationKey key, ReadOnlyMemory<byte> identifier) =>
        key.KeyIdentifier.Span.SequenceEqual(identifier.Span) ? key : null;

    private async Task<bool> RejectAsync(ChannelKey channel, long sequence, string reason, CancellationToken cancellationToken)
    {
        log.ReceiptRejected(channel.Recipient, channel.AgreementId, sequence, reason);
        await store.AppendAsync(Event(EventNames.ReceiptRejection, reason, channel, sequence, default), cancellationToken);
        return false;
    }

    private EvidenceEvent Event(string name, string reason, ChannelKey channel, long sequence, ReadOnlyMemory<byte> hash) =>
        new(name, reason, time.GetUtcNow(), channel.Sender, channel.Recipient, channel.AgreementId, sequence, hash);
}
