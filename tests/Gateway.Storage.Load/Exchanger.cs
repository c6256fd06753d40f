using Gateway.Exchange;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;
using Gateway.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Storage.Load;

/// <summary>
/// Everything an exchange asks of its store, once, in a fixed order: bind, queue, seal, receive a receipt; open an epoch, accept, issue a
/// receipt; erase; destroy what is over; close. What failed is tried again until the disk is well, as the node does. It prints what was
/// acknowledged and how what was not was refused, so that a test can let any call of the file system fail.
/// </summary>
internal static class Exchanger
{
    private const int TriesMax = 3;
    private const int RefusedToOpen = 3;
    private const int RefusedToTheEnd = 4;

    public static async Task<int> RunAsync(string path)
    {
        var opened = SqliteExchangeStore.Open(new SqliteStoreOptions { Path = path, OutboxEntriesMax = 1_000 }, NullLogger.Instance);
        if (opened.Store is null)
        {
            // A reason, in words: an operator reads this and nothing else.
            Console.Out.WriteLine($"not-opened {opened.Outcome} {opened.Explanation}");
            return RefusedToOpen;
        }

        await using (opened.Store)
        {
            try
            {
                await SendAsync(opened.Store);
                await ReceiveAsync(opened.Store);
            }
            catch (TimeoutException)
            {
                // It refuses with a reason until the node is started again: a lock that was not given back is held as long as the process lives.
                return RefusedToTheEnd;
            }
        }

        Console.Out.WriteLine("closed");
        return 0;
    }

    private static async Task SendAsync(IExchangeStore store)
    {
        await UntilKeptAsync("bound one", async () => (await store.BindAsync(Workload.Binding("one"), default)).Outcome is BindOutcome.Bound or BindOutcome.Repeat);
        for (var i = 0; i < 4; i++)
        {
            var name = $"q-{i}";
            await UntilKeptAsync($"queued {name}", async () =>
                (await store.EnqueueAsync(Workload.Entry(name), Workload.Event("SubmissionAcceptance"), default)).Outcome is EnqueueOutcome.Queued or EnqueueOutcome.Repeat);
        }

        await UntilKeptAsync("sealed 1", async () =>
        {
            if ((await store.GetChannelAsync(Workload.Outbound, default)).LastSequence == 0)
            {
                var queued = await store.ReadQueuedAsync(Workload.Outbound, 2, default);
                await store.RecordSealedAsync(Workload.Sealed(1, queued.Count), queued, default);
            }

            return true;
        });
        await UntilKeptAsync("receipted 1", async () =>
        {
            await store.RecordReceiptAsync(Workload.Outbound, 1, Workload.Bytes(60, "receipt 1"), Workload.Event("RelayAcceptance"), default);
            return true;
        });
    }

    private static async Task ReceiveAsync(IExchangeStore store)
    {
        InboundChannel? channel = null;
        await UntilKeptAsync("epoch", async () => (channel = await store.OpenEpochAsync(Workload.Inbound, default)) is not null);
        var previous = channel!.LastMessageHash;
        for (long sequence = channel.LastSequence + 1; sequence <= 3; sequence++)
        {
            var message = Workload.Message(channel.Epoch, sequence, previous, mappings: 8);
            var receipt = Workload.Bytes(60, $"issued {sequence}");
            await UntilKeptAsync($"accepted {sequence}", async () => (await store.AcceptAsync(message, default)).Outcome is AcceptOutcome.Accepted or AcceptOutcome.Repeat);
            await UntilKeptAsync($"issued {sequence}", async () => (await store.RecordIssuedReceiptAsync(Workload.Inbound, sequence, receipt, default)).Span.SequenceEqual(receipt));
            previous = Workload.MessageHash(sequence);
        }

        await UntilKeptAsync("erased one", async () =>
        {
            await store.EraseAsync(Workload.Binding("one").BindingId, default);
            return await store.FindByIdAsync(Workload.Binding("one").BindingId, default) is null;
        });
        await UntilKeptAsync("destroyed", async () => await store.DestroyExpiredAsync(Workload.AfterEverything, default) >= 0);
    }

    private static async Task UntilKeptAsync(string what, Func<Task<bool>> act)
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            try
            {
                Console.Out.WriteLine(await act() ? what : $"unexpected {what}");
                return;
            }
            catch (StoreUnavailableException refused)
            {
                Console.Out.WriteLine($"refused {refused.Reason} {what}");
            }
        }

        throw new TimeoutException($"{what} was refused each time");
    }
}
