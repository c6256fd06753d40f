using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Evidence;
using Gateway.Server.Configuration;
using Gateway.Server.Tests.Nodes;
using Gateway.TestKit;
using Google.Protobuf;

namespace Gateway.Server.Tests.Peers;

/// <summary>
/// A peer with a good certificate that attacks, or a stranger without one, over real sockets: it is cut or refused, memory stays bounded, and
/// another peer works on undisturbed meanwhile. The stranger comes from an address of its own.
/// </summary>
public sealed class HostilePeerTests(HostilePeerTests.Receiver receiver) : IClassFixture<HostilePeerTests.Receiver>
{
    private const string Session = "/gateway.exchange.v1.Exchange/OpenSession";
    private const string StrangersAddress = "127.0.0.7";

    // Twice what the limits of the receiver say, and a shared machine's share of patience.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_silent_connection_is_closed_when_the_handshake_does_not_come()
    {
        using var silent = await DialAsync();

        await UndisturbedAsync();
        Assert.Equal(0, await EndOfAsync(silent.GetStream()));
    }

    [Fact]
    public async Task A_connection_that_shakes_hands_and_says_nothing_is_closed()
    {
        using var client = await DialAsync();
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(Caller.With(Providers.Alpha, "tls").Tls(Providers.Beta));

        await UndisturbedAsync();
        await EndOfAsync(tls);
    }

    [Fact]
    public async Task A_connection_without_a_call_is_closed()
    {
        await using var idle = await ConnectAsync();

        await UndisturbedAsync();
        await ClosedAsync(idle);
    }

    [Fact]
    public async Task Connections_above_the_number_of_an_address_are_closed_at_once_and_others_still_come_in()
    {
        var silent = new List<TcpClient>();
        for (var i = 0; i < Receiver.Limits.ConnectionsPerAddressMax; i++)
        {
            silent.Add(await DialAsync());
        }

        using var above = await DialAsync();
        Assert.Equal(0, await EndOfAsync(above.GetStream()));
        await UndisturbedAsync();
        silent.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Connections_above_the_number_of_a_peer_are_closed_at_once()
    {
        var open = new List<Http2Wire>();
        try
        {
            for (var i = 0; i < Receiver.Limits.ConnectionsPerPeerMax; i++)
            {
                open.Add(await DialAsync(receiver.Crowd));
                Assert.True(open[^1].Has(Http2Wire.Settings), "a connection within the number was refused");
            }

            await using (var above = await DialAsync(receiver.Crowd))
            {
                await ClosedAsync(above);
                Assert.False(above.Has(Http2Wire.Settings), "it was let in");
            }

            await UndisturbedAsync();
        }
        finally
        {
            foreach (var wire in open)
            {
                await wire.DisposeAsync();
            }
        }

        await Eventually.BeTrueAsync(() => receiver.Beta.Log.Entries.Any(entry => entry.Message.Contains("xvide://epsilon/e1 was dropped", StringComparison.Ordinal)), "the operator's word about it");
    }

    [Fact]
    public async Task Calls_above_the_number_of_a_connection_are_refused_one_by_one()
    {
        await using var wire = await ConnectAsync();
        for (var call = 0; call <= Receiver.Limits.StreamsPerConnectionMax; call++)
        {
            await wire.CallAsync(1 + (2 * call), Session);
        }

        await Eventually.BeTrueAsync(() => wire.Has(Http2Wire.ResetStream, 1 + (2 * Receiver.Limits.StreamsPerConnectionMax)), "the refusal of the call above the number");
        await UndisturbedAsync();
    }

    [Fact]
    public async Task Half_sent_messages_cost_bounded_memory_and_are_given_up()
    {
        GC.Collect();
        var before = Environment.WorkingSet;
        await using var wire = await ConnectAsync();
        var half = new byte[16_000];
        for (var call = 0; call < Receiver.Limits.StreamsPerConnectionMax; call++)
        {
            await wire.CallAsync(1 + (2 * call), Session);
            await wire.SendAsync(1 + (2 * call), GrpcHead(1_000_000));
        }

        // As much as the windows of the streams and of the connection take: more would only wait in our own buffers.
        for (var sent = 0; sent < 60; sent++)
        {
            for (var call = 0; call < Receiver.Limits.StreamsPerConnectionMax && !wire.IsClosed; call++)
            {
                await wire.SendAsync(1 + (2 * call), half);
            }
        }

        await UndisturbedAsync();
        var growth = Environment.WorkingSet - before;
        Assert.InRange(growth, long.MinValue, 160L << 20);
        await Eventually.BeTrueAsync(() => wire.IsClosed || Enumerable.Range(0, Receiver.Limits.StreamsPerConnectionMax).All(call => wire.Has(Http2Wire.Headers, 1 + (2 * call)) || wire.Has(Http2Wire.ResetStream, 1 + (2 * call))), "the end of every half-sent call", Patience);
    }

    [Fact]
    public async Task A_message_that_comes_a_byte_at_a_time_is_given_up()
    {
        await using var wire = await ConnectAsync();
        await wire.CallAsync(1, Session);
        await wire.SendAsync(1, GrpcHead(100_000));
        for (var i = 0; i < 100 && !Ended(wire, 1); i++)
        {
            await wire.SendAsync(1, new byte[1]);
            await Task.Delay(100);
        }

        Assert.True(Ended(wire, 1), "a Hello that took ten seconds was waited for");
        await UndisturbedAsync();
    }

    [Fact]
    public async Task A_message_that_claims_two_gigabytes_is_refused_at_once()
    {
        await using var wire = await ConnectAsync();
        await wire.CallAsync(1, Session);
        await wire.SendAsync(1, GrpcHead(int.MaxValue));

        await Eventually.BeTrueAsync(() => Ended(wire, 1), "the refusal of a claim", Patience);
        await UndisturbedAsync();
    }

    [Theory]
    [InlineData(1, 20_000)] // one of 20 KB
    [InlineData(40, 800)] // together 32 KB
    [InlineData(100, 10)] // a hundred
    public async Task Headers_above_their_bounds_are_refused(int count, int bytes)
    {
        await using var wire = await ConnectAsync();
        var more = Enumerable.Range(0, count).Select(i => ($"x-{i}", new string('h', bytes))).ToArray();

        await wire.CallAsync(1, Session, more);

        await Eventually.BeTrueAsync(() => wire.IsClosed || Ended(wire, 1), "the refusal of the headers", Patience);
        await UndisturbedAsync();
    }

    [Fact]
    public async Task The_head_of_a_call_that_never_ends_is_given_up()
    {
        await using var wire = await ConnectAsync();
        await wire.WriteFrameAsync(Http2Wire.Headers, flags: 0, 1, new byte[] { 0x82 }); // :method GET, and more to come

        await UndisturbedAsync();
        await ClosedAsync(wire);
    }

    [Fact]
    public async Task A_flood_of_calls_that_are_taken_back_is_cut()
    {
        // By a peer of its own: it uses up the sessions of a minute, and no other test of Alpha would get a Welcome after it.
        await using var wire = await DialAsync(receiver.Flooder);

        await FloodAsync(wire, async i =>
        {
            await wire.CallAsync(1 + (2 * i), Session);
            await wire.WriteFrameAsync(Http2Wire.ResetStream, 0, 1 + (2 * i), new byte[] { 0, 0, 0, 8 });
        });
    }

    [Theory]
    [InlineData("pings", 6, 0, 0, 8)]
    [InlineData("settings", 4, 0, 0, 0)]
    [InlineData("priorities", 2, 0, 1, 5)]
    [InlineData("window updates", 8, 0, 0, 4)]
    [InlineData("empty data", 0, 0, 1, 0)]
    [InlineData("frames nobody knows", 0x55, 0, 0, 0)]
    public async Task A_flood_of_frames_that_carry_no_message_is_cut(string what, byte type, byte flags, int stream, int payload)
    {
        await using var wire = await ConnectAsync();
        await wire.CallAsync(1, Session);
        var content = new byte[payload];
        if (payload == 4)
        {
            content[3] = 1; // an increment of 0 is an error of its own
        }

        await FloodAsync(wire, _ => wire.WriteFrameAsync(type, flags, stream, content));

        Assert.NotEmpty(what);
    }

    [Fact]
    public async Task A_flood_of_continuations_is_cut()
    {
        await using var wire = await ConnectAsync();
        await wire.WriteFrameAsync(Http2Wire.Headers, flags: 0, 1, new byte[] { 0x82 });

        await FloodAsync(wire, _ => wire.WriteFrameAsync(9, 0, 1, default));
    }

    [Fact]
    public async Task A_peer_that_never_reads_is_cut_by_the_write_deadline()
    {
        await using var wire = await ConnectAsync();
        await wire.WriteFrameAsync(Http2Wire.Settings, 0, 0, new byte[] { 0, 4, 0, 0, 4, 0 }); // a window of 1 KiB
        await WelcomedAsync(wire, Providers.Alpha);

        // Each is refused in a frame; the frames fill the window, which this peer never opens again.
        for (var i = 0; i < 200 && !wire.IsClosed && !Ended(wire, 1); i++)
        {
            await wire.SendAsync(1, Garbage);
        }

        await UndisturbedAsync();
        await Eventually.BeTrueAsync(() => wire.IsClosed || Ended(wire, 1), "the end of a session whose peer does not read", TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("no protobuf", "PROTOCOL_BROKEN", new byte[] { 0, 0, 0, 0, 3, 0xff, 0xff, 0xff })]
    [InlineData("more than a frame may have", "EXCHANGE_FRAME_TOO_LARGE", new byte[] { 0, 0x7f, 0xff, 0xff, 0xff })]
    public async Task A_frame_that_is_broken_ends_its_session_with_a_code_and_is_on_record(string what, string code, byte[] broken)
    {
        var before = await CountAsync("Untrustworthy");
        await using var wire = await WelcomedAsync(Providers.Alpha);

        await wire.SendAsync(1, broken);

        await Eventually.BeTrueAsync(() => Ended(wire, 1), $"the end of a session with {what}", Patience);
        Assert.True(IsTold(wire, 1, code), "it was taken for a sender that said goodbye");
        await UndisturbedAsync();
        Assert.Equal(before + 1, await CountAsync("Untrustworthy"));
    }

    [Fact]
    public async Task A_flood_of_messages_that_must_be_refused_is_cut_with_a_code_and_every_refusal_is_on_record()
    {
        await using var wire = await WelcomedAsync(receiver.Garbler);

        for (var i = 0; i < 5_000 && !Ended(wire, 1); i++)
        {
            await wire.SendAsync(1, Garbage);
        }

        await Eventually.BeTrueAsync(() => Ended(wire, 1), "the end of the flood", Patience);
        Assert.True(IsTold(wire, 1, "TOO_MANY_REFUSALS"), "the peer does not hear why");
        Assert.InRange((await EvidenceAsync()).Count(evidence => evidence.Name == EventNames.RelayRejection && evidence.Sender == "zeta"), 1_000, 1_200);
        Assert.Equal(1, await CountAsync("TooManyRefusals"));
        await UndisturbedAsync();
    }

    [Fact]
    public async Task A_flood_of_heartbeats_is_cut_with_a_code()
    {
        await using var wire = await WelcomedAsync(Providers.Alpha);
        var heartbeat = Grpc(new SenderFrame { Heartbeat = new Heartbeat { Number = 1 } });

        for (var i = 0; i < 2_000 && !Ended(wire, 1); i++)
        {
            await wire.SendAsync(1, heartbeat);
        }

        await Eventually.BeTrueAsync(() => Ended(wire, 1), "the end of the flood", Patience);
        Assert.True(IsTold(wire, 1, "TOO_MANY_FRAMES"), "the peer does not hear why");
        await UndisturbedAsync();
    }

    [Fact]
    public async Task A_connection_that_breaks_is_not_taken_for_a_sender_that_said_goodbye()
    {
        var wire = await WelcomedAsync(receiver.Torn);

        await wire.SendAsync(1, GrpcHead(1_000));
        await wire.DisposeAsync();

        await Eventually.BeTrueAsync(() => receiver.Beta.Log.Entries.Any(entry => entry.Message == "The session of xvide://eta/e1 ended: Broken"), "the end of a session whose connection broke", Patience);
    }

    [Fact]
    public async Task Sessions_above_the_number_of_a_minute_are_refused()
    {
        await using var wire = await Http2Wire.ConnectAsync(Caller.With(receiver.Flooder, "tls"), receiver.Beta.PeerPort, Providers.Beta);
        var notHello = Grpc(new SenderFrame { Heartbeat = new Heartbeat { Number = 1 } });
        var isRefused = false;
        for (var call = 0; call < 4 * Receiver.Limits.SessionsPerMinuteMax && !isRefused; call++)
        {
            var stream = 1 + (2 * call);
            await wire.CallAsync(stream, Session);
            await wire.SendAsync(stream, notHello);
            await Eventually.BeTrueAsync(() => Ended(wire, stream), "the end of a session that begins wrong", Patience);
            isRefused = IsTold(wire, stream, "TOO_MANY_SESSIONS");
        }

        Assert.True(isRefused, "one peer may open as many sessions as it likes");
        await UndisturbedAsync();
    }

    private static byte[] Garbage { get; } =
        Grpc(new SenderFrame { Message = new SealedMessage { AgreementId = Some.AgreementId, Epoch = 1, Sequence = 1, Sealed = ByteString.CopyFrom(new byte[10]) } });

    private static bool Ended(Http2Wire wire, int stream) =>
        wire.IsClosed || wire.Has(Http2Wire.ResetStream, stream) || wire.Frames.Any(frame => frame.Type == Http2Wire.Headers && frame.Stream == stream && (frame.Flags & Http2Wire.EndStream) != 0);

    private static bool IsTold(Http2Wire wire, int stream, string code) =>
        wire.Frames.Any(frame => frame.Stream == stream && frame.Payload.AsSpan().IndexOf(Encoding.ASCII.GetBytes(code)) >= 0);

    private static byte[] GrpcHead(int bytes) => [0, (byte)(bytes >> 24), (byte)(bytes >> 16), (byte)(bytes >> 8), (byte)bytes];

    private static byte[] Grpc(SenderFrame frame)
    {
        var message = frame.ToByteArray();
        return [.. GrpcHead(message.Length), .. message];
    }

    /// <summary>Reads to the end, which must come.</summary>
    private static async Task<int> EndOfAsync(Stream stream)
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

    private static Task ClosedAsync(Http2Wire wire) => Eventually.BeTrueAsync(() => wire.IsClosed, "the end of the connection", Patience);

    private async Task FloodAsync(Http2Wire wire, Func<int, Task> send)
    {
        var flooding = Task.Run(async () =>
        {
            for (var i = 1; i < 1_000_000 && !wire.IsClosed; i++)
            {
                try
                {
                    await send(i);
                }
                catch (Exception gone) when (gone is IOException or ObjectDisposedException)
                {
                    return;
                }
            }
        });
        await UndisturbedAsync();
        await ClosedAsync(wire);
        await flooding;
    }

    /// <summary>Gamma opens a session and gets its Welcome.</summary>
    private async Task UndisturbedAsync()
    {
        using var gamma = new WireSender(receiver.Beta, Caller.With(Providers.Gamma, "tls"));
        await gamma.SendAsync(new SenderFrame { Hello = WireSender.Hello(receiver.Beta, Providers.Gamma) });
        Assert.NotNull((await gamma.ReadAsync())?.Welcome);
        await gamma.HalfCloseAsync();
    }

    /// <summary>A session on stream 1 that got its Welcome.</summary>
    private async Task<Http2Wire> WelcomedAsync(TestKit.Pki.TestProvider peer)
    {
        var wire = peer == Providers.Alpha ? await ConnectAsync() : await DialAsync(peer);
        await WelcomedAsync(wire, peer);
        return wire;
    }

    private async Task WelcomedAsync(Http2Wire wire, TestKit.Pki.TestProvider peer)
    {
        await wire.CallAsync(1, Session);
        await wire.SendAsync(1, Grpc(new SenderFrame { Hello = WireSender.Hello(receiver.Beta, peer) }));
        await Eventually.BeTrueAsync(() => wire.Has(Http2Wire.Data, 1), "the Welcome", Patience);
    }

    /// <summary>How often a session was refused for a reason, as the evidence has it.</summary>
    private async Task<int> CountAsync(string reason) =>
        (await EvidenceAsync()).Count(evidence => evidence.Name == EventNames.SessionRejection && evidence.Reason == reason);

    private async Task<EvidenceEvent[]> EvidenceAsync() =>
        [.. (await receiver.Beta.Node.Exchange.Store.ReadAsync(1, 10_000, default)).Select(chained => chained.Event)];

    private async Task<TcpClient> DialAsync()
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse(StrangersAddress), 0));
        await client.ConnectAsync(IPAddress.Loopback, receiver.Beta.PeerPort);
        return client;
    }

    /// <summary>A connection of Alpha that was let in.</summary>
    private async Task<Http2Wire> ConnectAsync()
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

    private Task<Http2Wire> DialAsync(TestKit.Pki.TestProvider peer) => Http2Wire.ConnectAsync(Caller.With(peer, "tls"), receiver.Beta.PeerPort, Providers.Beta);

    /// <summary>Beta with short times, so that an attack ends while a test waits.</summary>
    public sealed class Receiver : IAsyncLifetime
    {
        internal static PeerLimitSettings Limits { get; } = new()
        {
            ConnectionsPerAddressMax = 24,
            StreamsPerConnectionMax = 8,
            SessionsPerMinuteMax = 100,
            ControlFramesPerSecondMax = 1_000,
            HandshakeTimeout = TimeSpan.FromSeconds(3),
            HeadersTimeout = TimeSpan.FromSeconds(2),
            IdleTimeout = TimeSpan.FromSeconds(4),
        };

        /// <summary>Uses up what it may open a minute; nobody else's session may depend on it.</summary>
        internal TestKit.Pki.TestProvider Flooder { get; } = new("xvide://delta/d1");

        /// <summary>Opens connections in one test only, so that none of another is counted.</summary>
        internal TestKit.Pki.TestProvider Crowd { get; } = new("xvide://epsilon/e1");

        /// <summary>Uses up the refusals of a peer.</summary>
        internal TestKit.Pki.TestProvider Garbler { get; } = new("xvide://zeta/z1");

        /// <summary>Tears its connection.</summary>
        internal TestKit.Pki.TestProvider Torn { get; } = new("xvide://eta/e1");

        internal RealNode Beta { get; } = new(Providers.Beta) { PeerLimits = Limits };

        public async ValueTask InitializeAsync() =>
            await Beta.WithPeer(Providers.Alpha, port: 1).WithPeer(Providers.Gamma, port: 1).WithPeer(Flooder, port: 1).WithPeer(Crowd, port: 1).WithPeer(Torn, port: 1).WithPeer(Garbler, port: 1).WithAgreement(Some.Signed(Some.Agreement())).StartedAsync();

        public ValueTask DisposeAsync() => Beta.DisposeAsync();
    }
}
