namespace Gateway.Storage.Load;

/// <summary>Holds a store open until its input ends.</summary>
internal static class Holder
{
    public static async Task<int> RunAsync(string path)
    {
        await using var store = Workload.Open(path);
        Console.WriteLine("held");
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
