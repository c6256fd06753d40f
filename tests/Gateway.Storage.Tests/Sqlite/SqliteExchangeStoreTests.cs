using Gateway.Exchange;
using Gateway.Storage.Sqlite;
using Gateway.Storage.Sqlite.Check;
using Gateway.Storage.Tests.Suite;

namespace Gateway.Storage.Tests.Sqlite;

/// <summary>The shared suite on SQLite. Every test leaves a store in which the check finds nothing.</summary>
public sealed class SqliteExchangeStoreTests : ExchangeStoreSuite
{
    private readonly StoreFolder folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        var report = await StoreCheck.VerifyAsync(folder.Path, CancellationToken.None);
        folder.Dispose();
        Assert.Empty(report.Findings);
    }

    protected override Task<IExchangeStore> OpenStoreAsync(long outboxEntriesMax) =>
        Task.FromResult<IExchangeStore>(folder.Open(new SqliteStoreOptions { OutboxEntriesMax = outboxEntriesMax }));
}
