using System.Diagnostics;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;
using Gateway.Storage.Sqlite;

namespace Gateway.Storage.Load;

/// <summary>
/// Queues, binds, erases and accepts, and prints the name of each thing after the store said that it is durable. It never stops: it is
/// killed, or kills itself after a number of lines.
/// </summary>
internal sealed class Producer(SqliteExchangeStore store, string run, int linesMax)
{
    private const int Queueing = 32;
    private const int Binding = 8;
    private const int MessageMappings = 8;

    private int lines;

    public static async Task<int> RunAsync(string path, string run, int linesMax)
    {
        var producer = new Producer(Workload.Open(path), run, linesMax);
        await Task.WhenAny([
            .. Enumerable.Range(0, Queueing).Select(number => Task.Run(() => producer.QueueAsync(number))),
            .. Enumerable.Range(0, Binding).Select(number => Task.Run(() => producer.BindAsync(number))),
            Task.Run(producer.AcceptAsync),
        ]).Unwrap();
        return 1;
    }

    private async Task QueueAsync(int number)
    {
        for (var i = 0; ; i++)
        {
            var name = $"{run}-{number}-{i}";
            var (outcome, _) = await store.EnqueueAsync(Workload.Entry(name), Workload.Event("SubmissionAcceptance"), CancellationToken.None);
            Acknowledged("queued", name, outcome == EnqueueOutcome.Queued);
        }
    }

    // Every third binding is erased again; only the last word on it is printed.
    private async Task BindAsync(int number)
    {
        for (var i = 0; ; i++)
        {
            var name = $"{run}-{number}-{i}";
            var (outcome, _) = await store.BindAsync(Workload.Binding(name), CancellationToken.None);
            if (i % 3 == 0)
            {
                var erased = await store.EraseAsync(Workload.Binding(name).BindingId, CancellationToken.None);
                Acknowledged("erased", name, erased && outcome == BindOutcome.Bound);
                continue;
            }

            Acknowledged("bound", name, outcome == BindOutcome.Bound);
        }
    }

    private async Task AcceptAsync()
    {
        var channel = await store.OpenEpochAsync(Workload.Inbound, CancellationToken.None);
        var previous = channel.LastMessageHash;
        for (var sequence = channel.LastSequence + 1; ; sequence++)
        {
            var result = await store.AcceptAsync(Workload.Message(channel.Epoch, sequence, previous, MessageMappings), CancellationToken.None);
            Acknowledged("accepted", $"{sequence}", result.Outcome == AcceptOutcome.Accepted);
            previous = Workload.MessageHash(sequence);
        }
    }

    private void Acknowledged(string what, string name, bool asExpected)
    {
        // Console.Out is synchronized and writes through: what is printed is in the pipe, and outlives this process.
        Console.Out.WriteLine(asExpected ? $"{what} {name}" : $"unexpected {what} {name}");
        if (Interlocked.Increment(ref lines) == linesMax)
        {
            Process.GetCurrentProcess().Kill();
        }
    }
}
