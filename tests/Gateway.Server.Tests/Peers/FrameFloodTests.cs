using Gateway.Server.Tests.Nodes;

namespace Gateway.Server.Tests.Peers;

/// <summary>A peer that floods its connection with frames that carry no message is cut, and another peer works on undisturbed meanwhile.</summary>
public sealed class FrameFloodTests(HostilePeerReceiver receiver) : HostilePeer(receiver), IClassFixture<HostilePeerReceiver>
{
    [Fact]
    public async Task A_flood_of_calls_that_are_taken_back_is_cut()
    {
        // By a peer of its own: it uses up the sessions of a minute, and no other test of Alpha would get a Welcome after it.
        await using var wire = await DialAsync(Receiver.Flooder);

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
}
