using Gateway.Server.Configuration;
using Gateway.Storage.Sqlite;

namespace Gateway.Server.Hosting;

/// <summary>Opens the store of a node, or says what an operator has to do about it.</summary>
internal static class NodeStore
{
    public const string FileName = "exchange.db";

    public static SqliteExchangeStore? Open(GatewayConfiguration configuration, ILogger log, Findings findings)
    {
        var path = Path.Combine(configuration.Node.DataFolder, FileName);
        var opened = SqliteExchangeStore.Open(new SqliteStoreOptions { Path = path, OutboxEntriesMax = configuration.Delivery.OutboxEntriesMax }, log);
        findings.Require(opened.Store is not null, "Node:DataFolder", $"the store {path} cannot be opened: {opened.Outcome}", opened.Explanation);
        return opened.Store;
    }
}
