using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Evidence;
using Gateway.Server.Tests.Nodes;
using Gateway.TestKit;
using Google.Protobuf;

namespace Gateway.Server.Tests.Peers;

/// <summary>
/// A peer with a good certificate that attacks, or a stranger without one, over real sockets. The stranger comes from an address of its own.
/// </summary>
public abstract class HostilePeer(HostilePeerReceiver receiver)
{
    private protected const string Session = "/gateway.exchange.v1.Exchange/OpenSession";
    private const string StrangersAddress = "127.0.0.7";

    // Twice what the limits of the receiver say, and a shared machine's share of patience.
    private protected static TimeSpan Patience { get; } = TimeSpan.FromSeconds(15);

    private protected HostilePeerReceiver Receiver => receiver;

    private protected static byte[] Garbage { get; } =
        Grpc(new SenderFrame { Message = new SealedMessage { AgreementId = Some.AgreementId, Epoch = 1, Sequence = 1, Sealed = ByteString.CopyFrom(new byte[10]) } });

    private protected static bool Ended(Http2Wire wire, int stream) =>
        wire.IsClosed || wire.Has(Http2Wire.ResetStream, stream) || wire.Frames.Any(frame => frame.Type == Http2Wire.Headers && frame.Stream == stream && (frame.Flags & Http2Wire.EndStream) != 0);

    private protected static bool IsTold(Http2Wire wire, int stream, string code) =>
        wire.Frames.Any(frame => frame.Stream == stream && frame.Payload.AsSpan().IndexOf(Encoding.ASCII.GetBytes(code)) >= 0);

    private protected static byte[] GrpcHead(int bytes) => [0, (byte)(bytes >> 24), (byte)(bytes >> 16), (byte)(bytes >> 8), (byte)bytes];

    private protected static byte[] Grpc(SenderFrame frame)
    {
        var message = frame.ToByteArray();
        return [.. GrpcHead(message.Length), .. message];
    }

    /// <summary>Reads to the end, which must come.</summary>
    private protected static async Task<int> EndOfAsync(Stream stream)
    {
        try
        {
            var buffer = new byte[4096];
            var read = 0;
            for (int now; (now = await stream.ReadAsync(buffer).AsTask().WaitAsync(Patience)) > 0;)
            {
                read += now;
            }

            return read;
        }
        catch (IOException)
        {
            return 0; // reset rather than closed
        }
    }

    private protected static Task ClosedAsync(Http2Wire wire) => Eventually.BeTrueAsync(() => wire.IsClosed, "the end of the connection", Patience);

    /// <summary>Gamma opens a session and gets its Welcome.</summary>
    private protected async Task UndisturbedAsync()
    {
        using var gamma = new WireSender(receiver.Beta, Caller.With(Providers.Gamma, "tls"));
        await gamma.SendAsync(new SenderFrame { Hello = WireSender.Hello(receiver.Beta, Providers.Gamma) });
        Assert.NotNull((await gamma.ReadAsync())?.Welcome);
        await gamma.HalfCloseAsync();
    }

    /// <summary>A session on stream 1 that got its Welcome.</summary>
    private protected async Task<Http2Wire> WelcomedAsync(TestKit.Pki.TestProvider peer)
    {
        var wire = peer == Providers.Alpha ? await ConnectAsync() : await DialAsync(peer);
        await WelcomedAsync(wire, peer);
        return wire;
    }

    private protected async Task WelcomedAsync(Http2Wire wire, TestKit.Pki.TestProvider peer)
    {
        await wire.CallAsync(1, Session);
        await wire.SendAsync(1, Grpc(new SenderFrame { Hello = WireSender.Hello(receiver.Beta, peer) }));
        await Eventually.BeTrueAsync(() => wire.Has(Http2Wire.Data, 1), "the Welcome", Patience);
    }

    /// <summary>How often a session was refused for a reason, as the evidence has it.</summary>
    private protected async Task<int> CountAsync(string reason) =>
        (await EvidenceAsync()).Count(evidence => evidence.Name == EventNames.SessionRejection && evidence.Reason == reason);

    private protected async Task<EvidenceEvent[]> EvidenceAsync() =>
        [.. (await receiver.Beta.Node.Exchange.Store.ReadAsync(1, 10_000, default)).Select(chained => chained.Event)];

    private protected async Task<TcpClient> DialAsync()
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse(StrangersAddress), 0));
        await client.ConnectAsync(IPAddress.Loopback, receiver.Beta.PeerPort);
        return client;
    }

    /// <summary>A connection of Alpha that was let in.</summary>
    private protected async Task<Http2Wire> ConnectAsync()
    {
        var open = new List<Http2Wire>();
        await Eventually.BeTrueAsync(() => TryConnect(open) > 0, "a place for another connection", Patience);
        return open[0];
    }

    private int TryConnect(List<Http2Wire> open)
    {
        // The listener may still be counting out the connections of an earlier test.
        var wire = DialAsync(Providers.Alpha).GetAwaiter().GetResult();
        if (wire.Has(Http2Wire.Settings))
        {
            open.Add(wire);
        }

        return open.Count;
    }

    private protected Task<Http2Wire> DialAsync(TestKit.Pki.TestProvider peer) => Http2Wire.ConnectAsync(Caller.With(peer, "tls"), receiver.Beta.PeerPort, Providers.Beta);
}
