using System.Net.Security;
using System.Net.Sockets;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Evidence;
using Gateway.Server.Tests.Nodes;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Peers;

/// <summary>
/// A hostile peer is cut or refused, memory stays bounded, and another peer works on undisturbed meanwhile.
/// </summary>
public sealed class HostilePeerTests(HostilePeerReceiver receiver) : HostilePeer(receiver), IClassFixture<HostilePeerReceiver>
{
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
        for (var i = 0; i < HostilePeerReceiver.Limits.ConnectionsPerAddressMax; i++)
        {
            silent.Add(await DialAsync());
        }

        try
        {
            using var above = await DialAsync();
            Assert.Equal(0, await EndOfAsync(above.GetStream()));
        }
        catch (SocketException closed) when (closed.SocketErrorCode == SocketError.ConnectionReset)
        {
            // So much at once that it was over before the dialling was.
        }

        await UndisturbedAsync();
        silent.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Connections_above_the_number_of_a_peer_are_closed_at_once()
    {
        var open = new List<Http2Wire>();
        try
        {
            for (var i = 0; i < HostilePeerReceiver.Limits.ConnectionsPerPeerMax; i++)
            {
                open.Add(await DialAsync(Receiver.Crowd));
                Assert.True(open[^1].Has(Http2Wire.Settings), "a connection within the number was refused");
            }

            await using (var above = await DialAsync(Receiver.Crowd))
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

        await Eventually.BeTrueAsync(() => Receiver.Beta.Log.Entries.Any(entry => entry.Message.Contains("xvide://epsilon/e1 was dropped", StringComparison.Ordinal)), "the operator's word about it");
    }

    [Fact]
    public async Task Calls_above_the_number_of_a_connection_are_refused_one_by_one()
    {
        await using var wire = await ConnectAsync();
        for (var call = 0; call <= HostilePeerReceiver.Limits.StreamsPerConnectionMax; call++)
        {
            await wire.CallAsync(1 + (2 * call), Session);
        }

        await Eventually.BeTrueAsync(() => wire.Has(Http2Wire.ResetStream, 1 + (2 * HostilePeerReceiver.Limits.StreamsPerConnectionMax)), "the refusal of the call above the number");
        await UndisturbedAsync();
    }

    [Fact]
    public async Task Half_sent_messages_cost_bounded_memory_and_are_given_up()
    {
        GC.Collect();
        var before = Environment.WorkingSet;
        await using var wire = await ConnectAsync();
        var half = new byte[16_000];
        for (var call = 0; call < HostilePeerReceiver.Limits.StreamsPerConnectionMax; call++)
        {
            await wire.CallAsync(1 + (2 * call), Session);
            await wire.SendAsync(1 + (2 * call), GrpcHead(1_000_000));
        }

        // As much as the windows of the streams and of the connection take: more would only wait in our own buffers.
        for (var sent = 0; sent < 60; sent++)
        {
            for (var call = 0; call < HostilePeerReceiver.Limits.StreamsPerConnectionMax && !wire.IsClosed; call++)
            {
                await wire.SendAsync(1 + (2 * call), half);
            }
        }

        await UndisturbedAsync();
        var growth = Environment.WorkingSet - before;
        Assert.InRange(growth, long.MinValue, 160L << 20);
        await Eventually.BeTrueAsync(() => wire.IsClosed || Enumerable.Range(0, HostilePeerReceiver.Limits.StreamsPerConnectionMax).All(call => wire.Has(Http2Wire.Headers, 1 + (2 * call)) || wire.Has(Http2Wire.ResetStream, 1 + (2 * call))), "the end of every half-sent call", Patience);
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
        await using var wire = await WelcomedAsync(Receiver.Garbler);

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
        var wire = await WelcomedAsync(Receiver.Torn);

        await wire.SendAsync(1, GrpcHead(1_000));
        await wire.DisposeAsync();

        await Eventually.BeTrueAsync(() => Receiver.Beta.Log.Entries.Any(entry => entry.Message == "The session of xvide://eta/e1 ended: Broken"), "the end of a session whose connection broke", Patience);
    }

    [Fact]
    public async Task Sessions_above_the_number_of_a_minute_are_refused()
    {
        await using var wire = await Http2Wire.ConnectAsync(Caller.With(Receiver.Flooder, "tls"), Receiver.Beta.PeerPort, Providers.Beta);
        var notHello = Grpc(new SenderFrame { Heartbeat = new Heartbeat { Number = 1 } });
        var isRefused = false;
        for (var call = 0; call < 4 * HostilePeerReceiver.Limits.SessionsPerMinuteMax && !isRefused; call++)
        {
            var stream = 1 + (2 * call);
            await wire.CallAsync(stream, Session);
            await wire.SendAsync(stream, notHello);
            await Eventually.BeTrueAsync(() => Ended(wire, stream), "the end of a session that begins wrong", Patience);
            isRefused = IsTold(wire, stream, "TOO_MANY_SESSIONS");
        }

        Assert.True(isRefused, "one peer may open as many sessions as it likes");
        Assert.Equal(1, await CountAsync("TooManySessions"));
        await UndisturbedAsync();
    }
}
