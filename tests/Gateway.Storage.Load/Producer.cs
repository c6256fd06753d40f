using Gateway.Exchange.Inbox;
using Gateway.Exchange.Outbox;

namespace Gateway.Storage.Load;

/// <summary>Queues, binds and accepts until it is killed, and prints the name of each thing after the store said that it is durable.</summary>
internal static class Producer
{
    private const int Queueing = 32;
    private const int Binding = 8;

    public static async Task<int> RunAsync(string path, string run)
    {
        await using var store = Workload.Open(path);
        var queueing = Enumerable.Range(0, Queueing).Select(producer => Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                var name = $"{run}-{producer}-{i}";
                var (outcome, _) = await store.EnqueueAsync(Workload.Entry(name), Workload.Event("SubmissionAcceptance"), CancellationToken.None);
                Acknowledged("queued", name, outcome == EnqueueOutcome.Queued);
            }
        }));
        var binding = Enumerable.Range(0, Binding).Select(producer => Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                var name = $"{run}-{producer}-{i}";
                var (outcome, _) = await store.BindAsync(Workload.Binding(name), CancellationToken.None);
                Acknowledged("bound", name, outcome == Exchange.Mappings.BindOutcome.Bound);
            }
        }));
        var accepting = Task.Run(async () =>
        {
            var channel = await store.OpenEpochAsync(Workload.Inbound, CancellationToken.None);
            var previous = channel.LastMessageHash;
            for (var sequence = channel.LastSequence + 1; ; sequence++)
            {
                var result = await store.AcceptAsync(Workload.Message(channel.Epoch, sequence, previous, mappings: 8), CancellationToken.None);
                Acknowledged("accepted", $"{sequence}", result.Outcome == AcceptOutcome.Accepted);
                previous = Workload.MessageHash(sequence);
            }
        });
        await Task.WhenAny([.. queueing, .. binding, accepting]).Unwrap();
        return 1;
    }

    private static void Acknowledged(string what, string name, bool asExpected)
    {
        // Console.Out is synchronized and unbuffered here: what is printed is in the pipe, and outlives this process.
        Console.Out.WriteLine(asExpected ? $"{what} {name}" : $"unexpected {what} {name}");
    }
}
