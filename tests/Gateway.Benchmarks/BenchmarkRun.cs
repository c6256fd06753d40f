namespace Gateway.Benchmarks;

/// <summary><c>dotnet run -c Release --project tests/Gateway.Benchmarks [NAME ...]</c></summary>
internal static class BenchmarkRun
{
    private static readonly Dictionary<string, Func<TextWriter, Task>> All = new()
    {
        ["sealing"] = SealingBenchmark.RunAsync,
        ["deidentification"] = DeidentificationBenchmark.RunAsync,
        ["jpeg"] = JpegBenchmark.RunAsync,
        ["isolation"] = IsolationBenchmark.RunAsync,
        ["delivery"] = DeliveryBenchmark.RunAsync,
        ["urgent"] = DeliveryBenchmark.RunUrgentAsync,
        ["frames"] = FramesBenchmark.RunAsync,
        ["stages"] = StagesBenchmark.RunAsync,
        ["backlog"] = BacklogBenchmark.RunAsync,
    };

    public static async Task<int> MainAsync(string[] names, TextWriter output)
    {
        if (names.FirstOrDefault(name => !All.ContainsKey(name)) is { } unknown)
        {
            await output.WriteLineAsync($"there is no benchmark '{unknown}'; there are: {string.Join(", ", All.Keys)}");
            return 2;
        }

        await output.WriteLineAsync($"{Environment.ProcessorCount} processors, .NET {Environment.Version}");
        foreach (var name in names.Length > 0 ? names : [.. All.Keys])
        {
            await All[name](output);
        }

        return 0;
    }
}
