using System.Buffers;
using Gateway.Server.Listeners;
using Gateway.Server.Tests.Nodes;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Listeners;

public sealed class ControlFrameCountTests
{
    private const int PerSecondMax = 3;
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Ping = 6;

    private readonly ManualTime _time = new(Providers.Now);
    private int _exceeded;

    [Fact]
    public void Frames_that_carry_messages_are_never_counted()
    {
        Follow([.. Preface, .. Enumerable.Range(0, 100).SelectMany(_ => (byte[])[.. Frame(Headers, 40), .. Frame(Data, 700)])]);

        Assert.Equal(0, _exceeded);
    }

    [Fact]
    public void One_frame_more_than_a_second_allows_is_one_too_many_however_the_bytes_are_cut()
    {
        byte[] bytes = [.. Preface, .. Frame(Ping, 8), .. Frame(Data, 300), .. Frame(Data, 0), .. Frame(Ping, 8), .. Frame(Ping, 8), .. Frame(Ping, 8)];
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            _exceeded = 0;
            Follow(bytes[..cut], bytes[cut..]);

            Assert.Equal(1, _exceeded);
        }
    }

    [Fact]
    public void A_second_later_the_count_begins_anew()
    {
        var count = new ControlFrameCount(PerSecondMax, _time, () => _exceeded++);
        count.Follow(new ReadOnlySequence<byte>(Preface));
        for (var second = 0; second < 5; second++)
        {
            for (var i = 0; i < PerSecondMax; i++)
            {
                count.Follow(new ReadOnlySequence<byte>(Frame(Ping, 8)));
            }

            _time.Advance(TimeSpan.FromSeconds(1.1));
        }

        Assert.Equal(0, _exceeded);
    }

    private static byte[] Preface => [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8];

    private static byte[] Frame(byte type, int length) => [(byte)(length >> 16), (byte)(length >> 8), (byte)length, type, 0, 0, 0, 0, 1, .. new byte[length]];

    private void Follow(params byte[][] pieces)
    {
        var count = new ControlFrameCount(PerSecondMax, _time, () => _exceeded++);
        foreach (var piece in pieces)
        {
            count.Follow(new ReadOnlySequence<byte>(piece));
        }
    }
}
