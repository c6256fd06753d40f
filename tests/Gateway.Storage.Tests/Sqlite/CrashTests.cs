using System.Security.Cryptography;

namespace Gateway.Storage.Tests.Sqlite;

public sealed class CrashTests : IDisposable
{
    private const int Kills = 10;

    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The process dies at a moment nobody chose, ten times over the same store; what it said was kept is there, once.</summary>
    [Fact]
    public async Task What_was_acknowledged_outlives_a_killed_process_exactly_once()
    {
        var acknowledged = new List<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var load = new LoadProcess("produce", folder.Path, $"run{kill}", $"{int.MaxValue}");
            await load.LinesAsync(atLeast: RandomNumberGenerator.GetInt32(1, 3_000));
            await load.KillAsync();
            acknowledged.AddRange(load.Lines);
        }

        await Acknowledged.IsAllThereOnceAsync(folder, acknowledged);
    }
}
