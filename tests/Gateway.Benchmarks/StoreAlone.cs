using System.Diagnostics;
using System.Security.Cryptography;
using System.Threading.Channels;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;
using Gateway.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks;

/// <summary>
/// What SQLite commits of the very rows a delivery leaves at its two ends, in the same groups, with nothing around them: no cryptography, no
/// wire, no agreement. Submission, sealing, acceptance and receipts overlap as they do between two nodes. The stores stay from round to round and
/// fill as those of the nodes do: a full store costs more a row than an empty one.
/// </summary>
internal sealed class StoreAlone : IAsyncDisposable
{
    private const int Callers = 512;
    private const int BatchMappings = 256;
    private const int BatchesAtOnce = 4;
    private const int MappingBytes = 428;
    private const int WrappedKeyBytes = 40;
    private const int SignedMessageBytes = 2_000;
    private const int PathBytes = 8 * 32;

    private static readonly ChannelKey Channel = new("alpha", "beta", "benchmark");

    private readonly SqliteExchangeStore _sender;
    private readonly SqliteExchangeStore _receiver;
    private long _sequence;

    public StoreAlone(string folder)
    {
        _sender = Open(Path.Combine(folder, "sender", "exchange.db"));
        _receiver = Open(Path.Combine(folder, "receiver", "exchange.db"));
    }

    public async Task<double> MappingsPerSecondAsync(int mappings)
    {
        var epoch = (await _receiver.OpenEpochAsync(Channel, default)).Epoch;
        var sealedBatches = System.Threading.Channels.Channel.CreateBounded<(SealedBatch Batch, int Entries)>(8);
        var accepted = System.Threading.Channels.Channel.CreateBounded<long>(8);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(SubmitAsync(mappings), SealAsync(mappings, sealedBatches.Writer), AcceptAsync(epoch, sealedBatches.Reader, accepted.Writer), ReceiptAsync(accepted.Reader));
        return mappings / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        await _sender.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    private static SqliteExchangeStore Open(string path) =>
        SqliteExchangeStore.Open(new SqliteStoreOptions { Path = path }, NullLogger.Instance).Store ?? throw new InvalidOperationException("the store did not open");

    private Task SubmitAsync(int mappings) =>
        Parallel.ForAsync(0, mappings, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (_, cancellationToken) =>
        {
            var id = RandomNumberGenerator.GetBytes(16);
            var entry = new OutboxEntry(id, id, id, 1, new byte[16], Channel, "benchmark", NewContent(), DateTimeOffset.UnixEpoch);
            await _sender.EnqueueAsync(entry, Event("SubmissionAcceptance", 0), cancellationToken);
        });

    private async Task SealAsync(int mappings, ChannelWriter<(SealedBatch Batch, int Entries)> next)
    {
        var done = 0;
        while (done < mappings)
        {
            IReadOnlyList<QueuedEntry> queued;
            while ((queued = await _sender.ReadQueuedAsync(Channel, BatchMappings * BatchesAtOnce, default)).Count == 0)
            {
                await Task.Delay(1);
            }

            // As a node does: what waits, message after message, in one commit.
            var batches = queued.Chunk(BatchMappings).Select(entries => (Batch: NewBatch(++_sequence, entries.Length), Entries: entries)).ToArray();
            await Task.WhenAll(batches.Select(sealing => _sender.RecordSealedAsync(sealing.Batch, sealing.Entries, default)));
            foreach (var (batch, entries) in batches)
            {
                await next.WriteAsync((batch, entries.Length));
            }

            done += queued.Count;
        }

        next.Complete();
    }

    private static SealedBatch NewBatch(long sequence, int entries) => new(
        Channel,
        sequence,
        RandomNumberGenerator.GetBytes(16),
        Hash(sequence),
        RandomNumberGenerator.GetBytes(entries * MappingBytes),
        new byte[SignedMessageBytes],
        [.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[PathBytes], entries)],
        DateTimeOffset.UnixEpoch);

    private async Task AcceptAsync(long epoch, ChannelReader<(SealedBatch Batch, int Entries)> batches, ChannelWriter<long> next)
    {
        await foreach (var (batch, entries) in batches.ReadAllAsync())
        {
            var mappings = Enumerable.Range(0, entries).Select(_ => new ReceivedMapping(
                RandomNumberGenerator.GetBytes(16), 1, 1, RandomNumberGenerator.GetBytes(32), "benchmark", DateTimeOffset.UnixEpoch, NewContent())).ToArray();
            var result = await _receiver.AcceptAsync(
                new VerifiedBatch(
                    Channel,
                    epoch,
                    batch.Sequence,
                    batch.MessageId,
                    batch.MessageHash,
                    batch.Sequence == 1 ? default : Hash(batch.Sequence - 1),
                    batch.SignedMessage,
                    mappings,
                    Event("RelayAcceptance", batch.Sequence),
                    new byte[SignedMessageBytes]),
                default);
            if (result.Outcome != AcceptOutcome.Accepted)
            {
                throw new InvalidOperationException($"a message ended with {result.Outcome}");
            }

            await next.WriteAsync(batch.Sequence);
        }

        next.Complete();
    }

    private async Task ReceiptAsync(ChannelReader<long> accepted)
    {
        await foreach (var sequence in accepted.ReadAllAsync())
        {
            await _sender.RecordReceiptAsync(Channel, sequence, new byte[SignedMessageBytes], Event("RelayAcceptance", sequence), default);
        }
    }

    private static ProtectedRecord NewContent() => new(RandomNumberGenerator.GetBytes(WrappedKeyBytes), RandomNumberGenerator.GetBytes(MappingBytes));

    private static byte[] Hash(long sequence) => SHA256.HashData(BitConverter.GetBytes(sequence));

    private static EvidenceEvent Event(string name, long sequence) => new(name, "", DateTimeOffset.UnixEpoch, "alpha", "beta", "benchmark", sequence, sequence == 0 ? default : Hash(sequence));
}
