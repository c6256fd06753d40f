using System.Runtime.Versioning;
using Gateway.Exchange.Mappings;
using Gateway.Storage.Sqlite;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Tests.Suite;
using Microsoft.Extensions.Logging;

namespace Gateway.Storage.Tests.Sqlite;

public sealed class OpeningTests : IDisposable
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_second_store_on_the_file_is_refused_in_this_process()
    {
        await using var first = folder.Open();

        var second = folder.TryOpen();

        Assert.Equal(StoreOpenOutcome.InUse, second.Outcome);
        Assert.Null(second.Store);
        Assert.Contains("Storage:Path", second.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_another_process_holds_is_refused_until_that_process_ends()
    {
        using var holder = new LoadProcess("hold", folder.Path);
        await holder.LineAsync("held");
        Assert.Equal(StoreOpenOutcome.InUse, folder.TryOpen().Outcome);

        await holder.KillAsync();

        await using var store = folder.Open();
        Assert.Equal(0, await store.CountOpenAsync(null, CancellationToken.None));
    }

    [Theory]
    [InlineData("", UnixFileMode.GroupRead)]
    [InlineData("", UnixFileMode.OtherRead)]
    [InlineData("-wal", UnixFileMode.OtherRead)]
    [InlineData(".lock", UnixFileMode.OtherWrite)]
    [UnsupportedOSPlatform("windows")]
    public async Task A_file_that_is_open_to_others_is_refused_with_a_remedy(string suffix, UnixFileMode extra)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix file modes");
        await folder.Open().DisposeAsync();
        await File.AppendAllTextAsync(folder.Path + suffix, "");
        File.SetUnixFileMode(folder.Path + suffix, OwnerFile | extra);

        var result = folder.TryOpen();

        Assert.Equal(StoreOpenOutcome.OpenToOthers, result.Outcome);
        Assert.Contains($"chmod 600 '{folder.Path}{suffix}'", result.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_that_others_may_write_to_is_refused_with_a_remedy()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix file modes");
        File.SetUnixFileMode(folder.FolderPath, File.GetUnixFileMode(folder.FolderPath) | UnixFileMode.GroupWrite);

        var result = folder.TryOpen();

        Assert.Equal(StoreOpenOutcome.OpenToOthers, result.Outcome);
        Assert.Contains("chmod 700", result.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_of_another_program_is_refused_and_left_as_it_is()
    {
        folder.Tamper("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
        OwnerOnly();
        var before = File.ReadAllBytes(folder.Path);

        Assert.Equal(StoreOpenOutcome.NotAStore, folder.TryOpen().Outcome);

        Assert.Equal(before, File.ReadAllBytes(folder.Path));
    }

    [Fact]
    public async Task A_file_of_a_newer_program_is_refused()
    {
        await folder.Open().DisposeAsync();
        folder.Tamper("PRAGMA user_version = 1000");

        var result = folder.TryOpen();

        Assert.Equal(StoreOpenOutcome.NewerSchema, result.Outcome);
        Assert.Contains("1000", result.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_as_damaged()
    {
        File.WriteAllBytes(folder.Path, Some.Bytes(8_000, "noise"));
        OwnerOnly();

        Assert.Equal(StoreOpenOutcome.Damaged, folder.TryOpen().Outcome);
    }

    [Fact]
    public async Task A_file_with_overwritten_pages_is_refused_with_the_reason()
    {
        await using (var store = folder.Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(i => store.BindAsync(Some.Binding($"{i}"), CancellationToken.None)));
        }

        using (var file = File.OpenWrite(folder.Path))
        {
            file.Position = file.Length / 2;
            file.Write(Some.Bytes(8_000, "noise"));
        }

        var result = folder.TryOpen();

        Assert.Equal(StoreOpenOutcome.Damaged, result.Outcome);
        Assert.Contains("gateway verify --store", result.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_whose_last_event_was_altered_is_refused()
    {
        await using (var store = folder.Open())
        {
            await store.AppendAsync(Some.Event(), CancellationToken.None);
        }

        folder.Tamper("DROP TRIGGER evidence_is_not_changed; UPDATE evidence SET reason = 'other'");

        Assert.Equal(StoreOpenOutcome.Damaged, folder.TryOpen().Outcome);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_refused_with_the_reason()
    {
        File.WriteAllText(Path.Combine(folder.FolderPath, "file"), "");

        var result = SqliteExchangeStore.Open(
            new SqliteStoreOptions { Path = Path.Combine(folder.FolderPath, "file", "exchange.db") }, new CollectedLog());

        Assert.Equal(StoreOpenOutcome.Unavailable, result.Outcome);
        Assert.NotEmpty(result.Explanation);
    }

    [Fact]
    public void Options_that_do_not_hold_are_refused_with_every_finding()
    {
        var options = new SqliteStoreOptions { GroupOperationsMax = 0, ReadersMax = 1_000, DatabaseBytesMax = 1 };

        Assert.Equal(3, options.Validate().Count);
        var exception = Assert.Throws<ArgumentException>(() => folder.TryOpen(options));
        Assert.Contains("Storage:ReadersMax", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_options_hold()
    {
        Assert.Empty(new SqliteStoreOptions().Validate());
    }

    [Fact]
    public void A_refusal_is_logged_as_an_error()
    {
        var log = new CollectedLog();
        File.WriteAllBytes(folder.Path, Some.Bytes(8_000, "noise"));
        OwnerOnly();

        folder.TryOpen(logger: log);

        Assert.Equal((4001, LogLevel.Error), log.Entries.Select(entry => (entry.Id.Id, entry.Level)).Single());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Folder_and_files_are_made_for_their_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix file modes");
        var path = Path.Combine(folder.FolderPath, "deep", "deeper", "exchange.db");

        await using var store = SqliteExchangeStore.Open(new SqliteStoreOptions { Path = path }, new CollectedLog()).Store!;
        await store.AppendAsync(Some.Event(), CancellationToken.None);

        Assert.Equal(OwnerFile | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(path)!))
        {
            Assert.Equal(OwnerFile, File.GetUnixFileMode(file));
        }

        Assert.Equal(4, Directory.GetFiles(Path.GetDirectoryName(path)!).Length);
    }

    [Fact]
    public async Task A_store_left_without_its_owner_stopping_it_opens_with_everything()
    {
        var binding = Some.Binding("handle");
        await using (var store = folder.Open())
        {
            Assert.Equal(BindOutcome.Bound, (await store.BindAsync(binding, CancellationToken.None)).Outcome);
        }

        await using var again = folder.Open();
        Same.As(binding, await again.FindByIdAsync(binding.BindingId, CancellationToken.None));
    }

    [Fact]
    public async Task A_closed_store_leaves_one_database_file_without_a_log()
    {
        await using (var store = folder.Open())
        {
            await store.AppendAsync(Some.Event(), CancellationToken.None);
            await store.CountOpenAsync(null, CancellationToken.None);
        }

        Assert.Equal(["exchange.db", "exchange.db.lock"], Directory.GetFiles(folder.FolderPath).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("PRAGMA synchronous", 2)]
    [InlineData("PRAGMA foreign_keys", 1)]
    [InlineData("PRAGMA secure_delete", 1)]
    [InlineData("PRAGMA busy_timeout", 5_000)]
    [InlineData("PRAGMA temp_store", 2)]
    [InlineData("PRAGMA wal_autocheckpoint", 8_192)]
    [InlineData("PRAGMA journal_size_limit", 67_108_864)]
    public async Task The_writer_has_the_settings_durability_and_erasure_rest_on(string pragma, long value)
    {
        await folder.Open().DisposeAsync();

        using var writer = ConnectionOpener.OpenWriter(new SqliteStoreOptions { Path = folder.Path });

        Assert.Equal(value, writer.Number(pragma));
        Assert.Equal("wal", writer.First("PRAGMA journal_mode", row => row.Text(0)));
    }

    private void OwnerOnly()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.Path, OwnerFile);
        }
    }
}
