using Gateway.Storage.Sqlite.Check;
using Gateway.Storage.Tests.Suite;

namespace Gateway.Storage.Tests.Sqlite;

/// <summary>Each rule of the check finds what breaks it, and names the place.</summary>
public sealed class StoreCheckTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("evidence chain", "position 2 does not follow", "DROP TRIGGER evidence_is_not_changed; UPDATE evidence SET name = 'Other' WHERE position = 2")]
    [InlineData("evidence chain", "position 2 does not follow", "DROP TRIGGER evidence_is_not_changed; UPDATE evidence SET hash = zeroblob(32) WHERE position = 2")]
    [InlineData("evidence chain", "position 3 comes after 1", "DROP TRIGGER evidence_is_not_deleted; DELETE FROM evidence WHERE position = 2")]
    [InlineData("outbound sequence", "last sequence 3, kept 2", "PRAGMA foreign_keys = OFF; DELETE FROM sealed_message WHERE sequence = 2")]
    [InlineData("outbound sequence", "last sequence 9, kept 3", "UPDATE outbound_channel SET last_sequence = 9")]
    [InlineData("outbound hash", "to beta", "UPDATE outbound_channel SET last_message_hash = zeroblob(32)")]
    [InlineData("last receipted", "to beta", "UPDATE outbound_channel SET last_receipted = 2")]
    [InlineData("open entries", "counted 9", "UPDATE outbound_channel SET open_entries = 9")]
    [InlineData("receipt of message", "sequence 1", "DELETE FROM message_receipt")]
    [InlineData("receipt of message", "sequence 3", "INSERT INTO message_receipt SELECT message_row, x'00' FROM sealed_message WHERE sequence = 3")]
    [InlineData("envelope of message", "sequence 2", "DELETE FROM sealed_envelope WHERE message_row = 2")]
    [InlineData("entries of message", "0 of 1", "PRAGMA foreign_keys = OFF; DELETE FROM outbox_entry WHERE message_row = 1")]
    [InlineData("inbound sequence", "last sequence 2, kept 1", "PRAGMA foreign_keys = OFF; DELETE FROM received_message WHERE sequence = 1")]
    [InlineData("inbound hash", "from beta", "UPDATE inbound_channel SET last_message_hash = zeroblob(32)")]
    [InlineData("kept mappings", "counted 0, there are 1", "UPDATE inbound_channel SET kept_mappings = 0")]
    [InlineData("destroyed keys", "binding row", "UPDATE data_key SET wrapped = x'01' WHERE key_id = (SELECT key_id FROM binding WHERE erased = 1)")]
    [InlineData("destroyed keys", "outbox entry 1", "UPDATE data_key SET wrapped = x'01' WHERE key_id = (SELECT key_id FROM outbox_entry WHERE position = 1)")]
    [InlineData("living keys", "keys 4, records 3", "INSERT INTO data_key (wrapped) VALUES (x'01')")]
    [InlineData("foreign keys", "outbox_entry", "PRAGMA foreign_keys = OFF; UPDATE outbox_entry SET channel_id = 77 WHERE position = 4")]
    [InlineData("schema", "version 7", "PRAGMA user_version = 7")]
    [InlineData("schema", "version 5", "PRAGMA application_id = 7")]
    public async Task What_was_tampered_with_is_found(string check, string detail, string tampering)
    {
        await FillAsync();

        folder.Tamper(tampering);

        var report = await StoreCheck.VerifyAsync(folder.Path, None);
        Assert.False(report.IsSound);
        Assert.Contains(report.Findings, finding => finding.Check == check && finding.Detail.Contains(detail, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Overwritten_pages_are_found()
    {
        await FillAsync();
        using (var file = File.OpenWrite(folder.Path))
        {
            file.Position = 8 * 4096;
            file.Write(Some.Bytes(8_000, "noise"));
        }

        var report = await StoreCheck.VerifyAsync(folder.Path, None);

        Assert.NotEmpty(report.Findings);
    }

    [Fact]
    public async Task Every_finding_is_reported_not_only_the_first()
    {
        await FillAsync();
        folder.Tamper("UPDATE outbound_channel SET open_entries = 9, last_message_hash = zeroblob(32); UPDATE inbound_channel SET kept_mappings = 0");

        var report = await StoreCheck.VerifyAsync(folder.Path, None);

        Assert.Equal(["kept mappings", "open entries", "outbound hash"], report.Findings.Select(finding => finding.Check).Order());
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_finding_and_is_not_made()
    {
        var report = await StoreCheck.VerifyAsync(folder.Path, None);

        Assert.Equal("file", Assert.Single(report.Findings).Check);
        Assert.False(File.Exists(folder.Path));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_a_finding()
    {
        File.WriteAllBytes(folder.Path, Some.Bytes(8_000, "noise"));

        var report = await StoreCheck.VerifyAsync(folder.Path, None);

        Assert.Equal("file", Assert.Single(report.Findings).Check);
    }

    [Fact]
    public async Task A_sound_store_has_no_findings_and_shows_the_end_of_its_chain()
    {
        await FillAsync();
        await using var store = folder.Open();
        var last = (await store.ReadAsync(1, 100, None))[^1];

        var report = await StoreCheck.VerifyAsync(folder.Path, None);

        Assert.Empty(report.Findings);
        Assert.Equal(last.Position, report.EvidencePosition);
        Same.As(last.Hash, report.EvidenceHash);
    }

    // Three sealed messages, the first receipted; one entry queued; two messages received; a binding, a tombstone.
    private async Task FillAsync()
    {
        await using var store = folder.Open();
        for (var sequence = 1; sequence <= 3; sequence++)
        {
            await store.EnqueueAsync(Some.Entry($"{sequence}"), Some.Event(), None);
            await store.RecordSealedAsync(Some.Batch(sequence, 1), await store.ReadQueuedAsync(Some.Outbound, 1, None), None);
        }

        await store.EnqueueAsync(Some.Entry("queued"), Some.Event(), None);
        await store.RecordReceiptAsync(Some.Outbound, 1, Some.Receipt(1), Some.Event(), None);
        await store.OpenEpochAsync(Some.Inbound, None);
        await store.AcceptAsync(Some.Message(1, 1, Some.Mapping("a"), Some.Mapping("b")), None);
        await store.AcceptAsync(Some.Message(1, 2, Some.Mapping("b", version: 2, Some.Erased)), None);
        await store.RecordIssuedReceiptAsync(Some.Inbound, 1, Some.Receipt(1), None);
        await store.BindAsync(Some.Binding("living"), None);
        await store.BindAsync(Some.Binding("erased"), None);
        await store.EraseAsync(Some.Binding("erased").BindingId, None);
    }
}
