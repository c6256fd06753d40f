using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.Storage.Load;
using Gateway.Storage.Sqlite.Check;
using Gateway.TestKit;

namespace Gateway.Storage.Tests.Sqlite.Faults;

/// <summary>
/// Every call that an exchange makes to the file system fails once, one at a time. Then the store verifies and everything that was acknowledged
/// is there, or the node refused to start and said why. By default a sample; <c>GATEWAY_SYSTEM_CALL_FAULTS=100000</c> runs all of them,
/// <c>GATEWAY_SYSTEM_CALL_FAULT=fcntl:3:EIO</c> the one that a failure names.
/// </summary>
public sealed partial class SystemCallFaultTests(ITestOutputHelper output) : IDisposable
{
    private const int SampleUsually = 4;
    private const string OneVariable = "GATEWAY_SYSTEM_CALL_FAULT";

    private static readonly string[] Calls = ["openat", "pwrite64", "pread64", "fsync", "fdatasync", "ftruncate", "unlink", "mmap", "fcntl", "fstat", "newfstatat", "flock", "lseek", "close"];
    private static readonly string[] CallsThatFill = ["openat", "pwrite64", "ftruncate", "fsync"];

    private readonly TempFolder _traces = new();

    public void Dispose() => _traces.Dispose();

    [Fact]
    public async Task A_failing_call_of_the_file_system_loses_nothing_that_was_acknowledged_and_is_never_lied_about()
    {
        ForeignTool.Require("strace", "-V");
        var faults = (await CountAsync()).SelectMany(Faults).ToArray();
        Assert.True(faults.Length > 50, $"only {faults.Length} calls were seen: the trace is blind");

        var ended = new Dictionary<string, int>();
        var failures = new List<string>();
        foreach (var fault in Environment.GetEnvironmentVariable(OneVariable) is { Length: > 0 } one ? [Fault.Parse(one)] : Sample(faults))
        {
            try
            {
                var how = await RunAsync(fault);
                ended[how] = ended.GetValueOrDefault(how) + 1;
            }
            catch (Exception failed) when (failed is TimeoutException or Xunit.Sdk.XunitException)
            {
                // All of them, and not only the first: they are found once in a long run.
                failures.Add($"{OneVariable}={fault}: {failed.Message}");
                output.WriteLine(failures[^1]);
            }
        }

        output.WriteLine($"{faults.Length} faults are possible, {ended.Values.Sum()} were injected: {string.Join(", ", ended.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}"))}");
        Assert.Empty(failures);
        Assert.Contains(ended.Keys, how => how != "not injected");
    }

    private static IEnumerable<Fault> Faults((string Call, int Count) seen) =>
        from place in Enumerable.Range(1, seen.Count)
        from error in CallsThatFill.Contains(seen.Call) ? (string[])["EIO", "ENOSPC"] : ["EIO"]
        select new Fault(seen.Call, place, error);

    private IEnumerable<Fault> Sample(Fault[] faults)
    {
        var wanted = Math.Min(Repeats.Of("GATEWAY_SYSTEM_CALL_FAULTS", SampleUsually), faults.Length);
        var seed = (ulong)Environment.TickCount64;
        var choice = new SeededGenerator(seed);
        output.WriteLine($"{wanted} of {faults.Length} faults, chosen by seed {seed}");
        return wanted == faults.Length ? faults : Enumerable.Range(0, wanted).Select(_ => faults[choice.Next(0, faults.Length)]);
    }

    private async Task<List<(string Call, int Count)>> CountAsync()
    {
        using var folder = new StoreFolder();
        using var load = Start(folder, []);
        Assert.Equal(0, await load.EndAsync());
        Assert.SkipWhen((await load.Errors).Contains("ptrace", StringComparison.OrdinalIgnoreCase), "needs the right to trace a process");
        Assert.Contains("closed", load.Lines);

        // The injection counts the calls of each thread for itself, so the largest number of one thread is as far as it has to go.
        return [.. File.ReadLines(_traces["trace"]).Select(line => CallOfThread().Match(line)).Where(match => match.Success)
            .GroupBy(match => (Thread: match.Groups["thread"].Value, Call: match.Groups["call"].Value))
            .GroupBy(calls => calls.Key.Call, calls => calls.Count())
            .Select(counts => (counts.Key, counts.Max()))
            .Where(seen => Calls.Contains(seen.Key))];
    }

    private async Task<string> RunAsync(Fault fault)
    {
        using var folder = new StoreFolder();
        using var load = Start(folder, ["-e", $"inject={fault.Call}:error={fault.Error}:when={fault.Place}"]);
        var exitCode = await load.EndAsync();
        var injected = File.ReadLines(_traces["trace"]).Any(line => line.EndsWith("(INJECTED)", StringComparison.Ordinal));

        // 1 it went on or refused to start in words; it did not crash
        var refusal = load.Lines.FirstOrDefault(line => line.StartsWith("not-opened ", StringComparison.Ordinal));
        var refused = load.Lines.Any(line => line.StartsWith("refused ", StringComparison.Ordinal));
        var inWords = exitCode switch { 0 => load.Lines.Contains("closed"), 3 => refusal is { Length: > 30 }, 4 => refused, _ => false };
        Assert.True(inWords, $"exit {exitCode}, {string.Join(" | ", load.Lines)}, {await load.Errors}");
        Assert.DoesNotContain(load.Lines, line => line.StartsWith("unexpected", StringComparison.Ordinal));

        // 2 with the disk well again the store is sound and has everything that was acknowledged
        await using (var store = folder.Open())
        {
            Assert.NotNull(store);
        }

        var report = await StoreCheck.VerifyAsync(folder.Path, default);
        Assert.True(report.IsSound, string.Join(" | ", report.Findings));
        await ExchangedAsync(folder, load.Lines);
        return !injected ? "not injected" : exitCode == 3 ? "refused to start" : exitCode == 4 ? "refused until started again" : refused ? "refused and went on" : "not noticed";
    }

    private static async Task ExchangedAsync(StoreFolder folder, IReadOnlyCollection<string> lines)
    {
        await using var store = folder.Open();
        var queued = await store.ReadQueuedAsync(Workload.Outbound, 100, default);
        var unreceipted = await store.ReadUnreceiptedAsync(Workload.Outbound, 0, 10, default);
        foreach (var line in lines)
        {
            var (what, name) = line.Split(' ') is [var first, var second] ? (first, second) : (line, "");
            var holds = what switch
            {
                "queued" => queued.Any(entry => entry.Entry.MappingId.Span.SequenceEqual(Workload.Entry(name).MappingId.Span)) || (await store.GetChannelAsync(Workload.Outbound, default)).LastSequence == 1,
                "sealed" => (await store.GetChannelAsync(Workload.Outbound, default)).LastSequence == 1,
                "receipted" => unreceipted.Count == 0 && (await store.GetChannelAsync(Workload.Outbound, default)).LastReceipted == 1,
                "accepted" => (await store.OpenEpochAsync(Workload.Inbound, default)).LastSequence >= long.Parse(name, CultureInfo.InvariantCulture),
                "erased" => await store.FindByIdAsync(Workload.Binding(name).BindingId, default) is null,
                _ => true,
            };
            Assert.True(holds, $"'{line}' was acknowledged and is not there");
        }

        Assert.Equal(queued.Count, queued.DistinctBy(entry => Convert.ToHexString(entry.Entry.MappingId.Span)).Count());
    }

    // Only the files of the store: the runtime reads hundreds of its own.
    private LoadProcess Start(StoreFolder folder, string[] inject) => LoadProcess.Under(
        [
            "strace", "-f", "-qq", "-o", _traces["trace"],
            "-P", folder.Path, "-P", folder.Path + "-wal", "-P", folder.Path + "-shm", "-P", folder.Path + ".lock", "-P", folder.FolderPath,
            "-e", $"trace={string.Join(',', Calls)}", .. inject,
        ],
        "exchange", folder.Path);

    [GeneratedRegex(@"^(?<thread>\d+) +(?<call>\w+)\(")]
    private static partial Regex CallOfThread();

    private sealed record Fault(string Call, int Place, string Error)
    {
        public static Fault Parse(string text) => text.Split(':') is [var call, var place, var error]
            ? new Fault(call, int.Parse(place, CultureInfo.InvariantCulture), error)
            : throw new FormatException($"{OneVariable}={text} is not of the form fcntl:3:EIO");

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Call}:{Place}:{Error}");
    }
}
