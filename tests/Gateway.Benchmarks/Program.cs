using Gateway.Benchmarks;

return await BenchmarkRun.MainAsync(args, Console.Out);
