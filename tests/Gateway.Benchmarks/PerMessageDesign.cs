using System.Diagnostics;
using System.Security.Cryptography;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Receipts;
using Gateway.Sealing.Signatures;
using Gateway.Storage.Sqlite;
using Gateway.TestKit.Pki;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks;

/// <summary>
/// The peer to beat: one CMS for each mapping and one commit for each step, as mail-like exchanges work, on the same cryptography and the same
/// stores, and with no wire at all between the two ends.
/// </summary>
internal static class PerMessageDesign
{
    private const int MappingBytes = 400;
    private const int WrappedKeyBytes = 40;

    private static readonly ChannelKey Channel = new("alpha", "beta", "benchmark");

    public static async Task<double> MappingsPerSecondAsync(string folder, int mappings)
    {
        using var alpha = new TestProvider("xvide://alpha/a1");
        using var beta = new TestProvider("xvide://beta/b1");
        await using var sender = Open(Path.Combine(folder, "sender", "exchange.db"));
        await using var receiver = Open(Path.Combine(folder, "receiver", "exchange.db"));
        var epoch = (await receiver.OpenEpochAsync(Channel, default)).Epoch;
        ReadOnlyMemory<byte> previous = default;
        var started = Stopwatch.GetTimestamp();
        for (var sequence = 1L; sequence <= mappings; sequence++)
        {
            // 1 submitted
            var (id, content) = (RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(MappingBytes));
            var record = new ProtectedRecord(RandomNumberGenerator.GetBytes(WrappedKeyBytes), content);
            await sender.EnqueueAsync(new OutboxEntry(id, id, id, 1, new byte[16], Channel, "benchmark", record, alpha.Now), Event("SubmissionAcceptance", default), default);

            // 2 sealed
            var context = new ExchangeContext(
                alpha.Uri, beta.Uri, Channel.AgreementId, 1, "benchmark", id, sequence, previous, alpha.Now.AddDays(1), 1, MerkleTree.Root([content]));
            var message = MessageSealer.Seal(content, context, alpha.Signing, beta.Encryption, alpha.Now);
            var batch = new SealedBatch(Channel, sequence, id, message.MessageHash, message.Envelope, message.Detached, [default], alpha.Now);
            await sender.RecordSealedAsync(batch, await sender.ReadQueuedAsync(Channel, 1, default), default);

            // 3 opened, verified, kept, receipted
            var opened = MessageOpener.Open(message.Envelope, beta.Decryption, alpha.Signers).Message!;
            var receipt = SignedReceipt.Create(opened, beta.Signing, beta.Now);
            await receiver.AcceptAsync(
                new VerifiedBatch(
                    Channel,
                    epoch,
                    sequence,
                    id,
                    message.MessageHash,
                    previous,
                    message.Detached,
                    [new ReceivedMapping(id, 1, 1, SHA256.HashData(id), "benchmark", alpha.Now.AddDays(1), record)],
                    Event("RelayAcceptance", message.MessageHash),
                    receipt),
                default);
            var (_, returned) = Envelope.Open(Envelope.Seal(receipt, alpha.Encryption), alpha.Decryption);

            // 4 the receipt checked and kept
            if (!SignedReceipt.Verify(returned, message.Detached, beta.Signers, alpha.Signers).IsReceived)
            {
                throw new InvalidOperationException("a receipt did not hold");
            }

            await sender.RecordReceiptAsync(Channel, sequence, returned, Event("RelayAcceptance", message.MessageHash), default);
            previous = message.MessageHash;
        }

        return mappings / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static SqliteExchangeStore Open(string path) =>
        SqliteExchangeStore.Open(new SqliteStoreOptions { Path = path }, NullLogger.Instance).Store ?? throw new InvalidOperationException("the store did not open");

    private static EvidenceEvent Event(string name, ReadOnlyMemory<byte> hash) => new(name, "", DateTimeOffset.UnixEpoch, "alpha", "beta", "benchmark", 0, hash);
}
