using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Evidence;
using Gateway.Server.Tests.Nodes;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Peers;

/// <summary>A session moves to a new connection while mappings flow, over real TCP, TLS and HTTP/2.</summary>
public sealed class HandOverTests
{
    private const int Moves = 6;

    [Fact]
    public async Task Under_load_sessions_move_to_new_connections_and_nothing_is_lost_doubled_or_reordered()
    {
        await using var pair = new RealPair();
        pair.Between = new TcpProxy(pair.Beta.PeerPort);
        await pair.InitializeAsync();
        var backend = pair.Alpha.MappingBackend;
        var bound = await backend.BindIdentityAsync(Some.Binding());
        await RealPair.ReceiptedAsync(backend, await backend.ShareMappingAsync(Some.Sharing(bound.BindingId)));
        using var moved = new CancellationTokenSource();
        var sharing = ShareUntilAsync(backend, bound, moved.Token);

        for (var move = 0; move < Moves; move++)
        {
            var (connections, opened) = (pair.Between.Accepted, Opened(pair.Alpha));
            if (move % 2 == 0)
            {
                pair.Alpha.Node.Exchange.Links.HandOver();
            }
            else
            {
                pair.Beta.Node.Exchange.Inbound.AskToMove();
            }

            await Eventually.BeTrueAsync(() => pair.Between.Accepted > connections && Opened(pair.Alpha) > opened, "a session on a new connection");
        }

        await moved.CancelAsync();
        var shared = await sharing;
        await RealPair.DrainedAsync(pair.Alpha);
        var evidence = await pair.Beta.Node.Exchange.Store.ReadAsync(1, 10_000, default);
        var accepted = evidence.Where(chained => chained.Event.Name == EventNames.RelayAcceptance).Select(chained => chained.Event.Sequence).ToArray();
        Assert.Equal(shared + 1, await pair.Beta.Node.Exchange.Store.CountKeptAsync(default));
        Assert.Equal(Enumerable.Range(1, accepted.Length).Select(sequence => (long)sequence), accepted);
        Assert.DoesNotContain(pair.Alpha.Log.Entries, entry => entry.Event == "SessionBroke");
        Assert.DoesNotContain(evidence, chained => chained.Event.Name == EventNames.RelayRejection);
    }

    private static int Opened(RealNode node) => node.Log.Entries.Count(entry => entry.Event == "SessionOpened");

    private static async Task<long> ShareUntilAsync(Identification.IdentificationClient backend, BindIdentityResponse bound, CancellationToken enough)
    {
        var shared = 0L;
        while (!enough.IsCancellationRequested)
        {
            await backend.ShareMappingAsync(Some.Sharing(bound.BindingId), cancellationToken: CancellationToken.None);
            shared++;
        }

        return shared;
    }
}
