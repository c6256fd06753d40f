using Gateway.Exchange.Mappings;
using Gateway.Storage.Sqlite;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Tests.Suite;
using Gateway.TestKit;

namespace Gateway.Storage.Tests.Sqlite;

/// <summary>Destroyed means that the bytes are in no file: neither in the pages of the database, free ones included, nor in its log.</summary>
public sealed class ErasureTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_erased_binding_leaves_its_key_and_its_digests_in_no_file()
    {
        await using var store = folder.Open();
        var binding = Some.Binding("handle");
        await store.BindAsync(binding, None);
        var bytes = new[] { Key(binding.Content), Whole(binding.Content.Ciphertext), Whole(binding.SubjectDigest), Whole(binding.ContentDigest) };
        Assert.Equal(4, folder.FindInFiles(bytes).Count);

        await store.EraseAsync(binding.BindingId, None);

        Assert.Empty(folder.FindInFiles(bytes));
    }

    [Fact]
    public async Task Thousands_of_erasures_among_bindings_that_stay_leave_no_key_behind()
    {
        await using var store = folder.Open();
        var bindings = Enumerable.Range(0, 3_000)
            .Select(i => Some.Binding($"{i}") with { Content = Some.Content($"{i}", ciphertextBytes: 1 + (i * 7_919 % 1_200)) })
            .ToArray();
        await Task.WhenAll(bindings.Select(binding => store.BindAsync(binding, None)));
        var erased = bindings.Where((_, i) => i % 3 != 0).ToArray();

        await Task.WhenAll(erased.Select(binding => store.EraseAsync(binding.BindingId, None)));

        Assert.Empty(folder.FindInFiles(erased.Select(binding => Key(binding.Content))));
        Assert.Equal(1_000, folder.FindInFiles(bindings.Except(erased).Select(binding => Key(binding.Content))).Count);
    }

    [Fact]
    public async Task Mappings_that_grow_and_shrink_before_they_go_leave_no_key_behind()
    {
        await using var store = folder.Open();
        var epoch = (await store.OpenEpochAsync(Some.Inbound, None)).Epoch;
        const int mappings = 400;
        const int versions = 6;
        for (var version = 1; version <= versions; version++)
        {
            var batch = Enumerable.Range(0, mappings)
                .Select(i => Some.Mapping($"{i}", version, notAfter: Some.Time) with { Content = Some.Content($"{i}/{version}", 1 + (((i * 7_919) + (version * 613)) % 1_500)) })
                .ToArray();
            await store.AcceptAsync(Some.Message(epoch, version, batch), None);
        }

        await store.DestroyExpiredAsync(Some.Time, None);

        Assert.Equal(0, await store.CountKeptAsync(None));
        var keys = Enumerable.Range(0, mappings).SelectMany(i => Enumerable.Range(1, versions).Select(version => Key(Some.Content($"{i}/{version}"))));
        Assert.Empty(folder.FindInFiles(keys));
    }

    [Fact]
    public async Task An_erased_mapping_leaves_its_key_in_no_file_when_the_sender_hears()
    {
        await using var store = folder.Open();
        var epoch = (await store.OpenEpochAsync(Some.Inbound, None)).Epoch;
        await store.AcceptAsync(Some.Message(epoch, 1, Some.Mapping("a")), None);
        Assert.Single(folder.FindInFiles([Key(Some.Mapping("a").Content)]));

        await store.AcceptAsync(Some.Message(epoch, 2, Some.Mapping("a", version: 2, Some.Erased)), None);

        Assert.Empty(folder.FindInFiles([Key(Some.Mapping("a").Content)]));
    }

    [Fact]
    public async Task What_a_corrected_binding_said_is_in_no_file_when_the_backend_hears()
    {
        await using var store = folder.Open();
        var (before, after) = (Some.Binding("handle", "wrong"), Some.Content("right"));
        await store.BindAsync(before, None);
        var bytes = new[] { Key(before.Content), Whole(before.Content.Ciphertext), Whole(before.SubjectDigest), Whole(before.ContentDigest) };
        Assert.Equal(4, folder.FindInFiles(bytes).Count);
        var corrected = before with { ContentDigest = Some.Bytes(32, "right digest"), SubjectDigest = Some.Bytes(32, "right"), Content = after };

        await store.CorrectAsync(
            new BindingCorrection(Some.Bytes(16, "key"), Some.Bytes(32, "request"), CorrectionKind.Correction, [new CorrectedBinding(before, corrected, [])], [], []), None);

        Assert.Empty(folder.FindInFiles(bytes));
        Assert.Single(folder.FindInFiles([Key(after)]));
    }

    [Fact]
    public async Task A_corrected_mapping_leaves_the_key_it_had_in_no_file_when_the_sender_hears()
    {
        await using var store = folder.Open(new SqliteStoreOptions { ScrubInterval = TimeSpan.FromHours(1) });
        var epoch = (await store.OpenEpochAsync(Some.Inbound, None)).Epoch;
        await store.AcceptAsync(Some.Message(epoch, 1, Some.Mapping("a")), None);

        await store.AcceptAsync(Some.Message(epoch, 2, Some.Mapping("a", version: 2) with { ChangeEvent = "MappingCorrected" }), None);

        Assert.Empty(folder.FindInFiles([Key(Some.Mapping("a").Content)]));
        Assert.Single(folder.FindInFiles([Key(Some.Mapping("a", version: 2).Content)]));
    }

    [Fact]
    public async Task A_destroyed_envelope_is_in_no_file()
    {
        await using var store = folder.Open();
        await store.EnqueueAsync(Some.Entry("1"), Some.Event(), None);
        var batch = Some.Batch(1, 1) with { Envelope = Some.Bytes(8_000, "envelope") };
        await store.RecordSealedAsync(batch, await store.ReadQueuedAsync(Some.Outbound, 1, None), None);
        await store.RecordReceiptAsync(Some.Outbound, 1, Some.Receipt(1), Some.Event(), None);
        var pieces = Whole(batch.Envelope).Chunk(16).ToArray();
        Assert.NotEmpty(folder.FindInFiles(pieces));

        await store.DestroyReceiptedEnvelopesAsync(Some.Time.AddDays(1), None);

        Assert.Empty(folder.FindInFiles(pieces));
    }

    [Fact]
    public async Task What_is_sealed_loses_its_own_key_within_the_scrub_interval()
    {
        await using var store = folder.Open(new SqliteStoreOptions { ScrubInterval = TimeSpan.FromMilliseconds(50) });
        await store.EnqueueAsync(Some.Entry("1"), Some.Event(), None);

        await store.RecordSealedAsync(Some.Batch(1, 1), await store.ReadQueuedAsync(Some.Outbound, 1, None), None);

        await Eventually.BeTrueAsync(() => folder.FindInFiles([Key(Some.Entry("1").Content)]).Count == 0, "the log without the key of the sealed entry");
    }

    [Fact]
    public async Task A_reader_that_holds_the_log_postpones_the_scrub_but_not_the_exchange()
    {
        var log = new CollectedLog();
        await using var store = folder.Open(new SqliteStoreOptions { ScrubInterval = TimeSpan.FromMilliseconds(50) }, log);
        var binding = Some.Binding("handle");
        await store.BindAsync(binding, None);
        using (var reader = ConnectionOpener.OpenReader(folder.Path))
        {
            reader.Script("BEGIN; SELECT count(*) FROM binding");
            Assert.True(await store.EraseAsync(binding.BindingId, None));
            Assert.True(log.Has("ScrubPostponed"));
            Assert.Equal(BindOutcome.Bound, (await store.BindAsync(Some.Binding("another"), None)).Outcome);
        }

        await Eventually.BeTrueAsync(() => log.Has("ScrubCompleted"), "the postponed scrub");
        Assert.Empty(folder.FindInFiles([Key(binding.Content)]));
    }

    [Fact]
    public async Task What_could_not_be_scrubbed_before_the_end_is_scrubbed_at_the_next_open()
    {
        var binding = Some.Binding("handle");
        await using (var store = folder.Open(new SqliteStoreOptions { ScrubInterval = TimeSpan.FromHours(1) }))
        {
            await store.BindAsync(binding, None);
            using var reader = ConnectionOpener.OpenReader(folder.Path);
            reader.Script("BEGIN; SELECT count(*) FROM binding");
            await store.EraseAsync(binding.BindingId, None);
            await store.DisposeAsync();
            Assert.NotEmpty(folder.FindInFiles([Key(binding.Content)]));
        }

        await using var again = folder.Open();

        Assert.Empty(folder.FindInFiles([Key(binding.Content)]));
    }

    private static byte[] Key(ProtectedRecord record) => Whole(record.WrappedKey);

    private static byte[] Whole(ReadOnlyMemory<byte> bytes) => bytes.ToArray();
}
