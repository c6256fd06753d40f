using System.Security.Cryptography;
using Gateway.TestKit;

namespace Gateway.Storage.Tests.Sqlite.PowerLoss;

/// <summary>
/// A killed process leaves its writes in the kernel; a power cut does not. Every write and sync of a working process is recorded, then the
/// disk is built as it may be after a cut at any point, and the store is held to every line that was shown before the cut.
/// </summary>
public sealed class PowerLossTests : IDisposable
{
    private const int AcknowledgedLines = 400;
    private const int Cuts = 40;

    private readonly TempFolder traces = new();

    public void Dispose() => traces.Dispose();

    [Fact]
    public async Task What_was_acknowledged_outlives_a_power_cut_at_any_point()
    {
        var events = await RecordAsync();
        var firstShown = events.FindIndex(happened => happened is Shown);
        var cuts = Enumerable.Range(0, Cuts).Select(_ => RandomNumberGenerator.GetInt32(firstShown, events.Count + 1)).Order().ToArray();

        var disk = new SimulatedDisk();
        var shown = new List<string>();
        var next = 0;
        foreach (var cut in cuts)
        {
            for (; next < cut; next++)
            {
                disk.Apply(events[next]);
                shown.AddRange(events[next] is Shown { Text: var text } ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries) : []);
            }

            using var found = new StoreFolder();
            found.Restore(disk.LosePower());
            await Acknowledged.IsAllThereOnceAsync(found, shown);
        }
    }

    [Fact]
    public async Task The_recorded_process_synced_between_any_write_and_the_line_that_rests_on_it()
    {
        var events = await RecordAsync();

        Assert.True(events.Count(happened => happened is Shown) >= AcknowledgedLines / 2, "too few lines were recorded");
        Assert.Contains(events, happened => happened is Synced { File: var file } && file.EndsWith("-wal", StringComparison.Ordinal));
        Assert.Contains(events, happened => happened is Cut { Length: 0 });
        var disk = new SimulatedDisk();
        foreach (var happened in events.TakeWhile(happened => happened is not Shown))
        {
            disk.Apply(happened);
        }

        Assert.Equal(["exchange.db", "exchange.db-wal"], disk.LosePower().Keys.Select(Path.GetFileName).Order());
    }

    private async Task<List<DiskEvent>> RecordAsync()
    {
        ForeignTool.Require("strace", "-V");
        using var folder = new StoreFolder();
        var trace = traces["trace"];
        using var load = LoadProcess.Under(["strace", .. SystemCallTrace.Options(trace)], "produce", folder.Path, "run", $"{AcknowledgedLines}");
        await load.EndAsync();
        Assert.SkipWhen((await load.Errors).Contains("ptrace", StringComparison.OrdinalIgnoreCase), "needs the right to trace a process");

        return [.. SystemCallTrace.Read(trace).Where(happened => happened switch
        {
            Written written => IsOfStore(written.File),
            Cut cut => IsOfStore(cut.File),
            Synced synced => IsOfStore(synced.File),

            // The runtime wakes its threads through pipes of its own; a line ends as only lines do.
            Shown shown => shown.Text.EndsWith('\n'),
            _ => false,
        })];

        bool IsOfStore(string file) => file == folder.Path || file == folder.Path + "-wal";
    }
}
