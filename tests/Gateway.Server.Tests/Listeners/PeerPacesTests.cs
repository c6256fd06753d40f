using Gateway.Server.Configuration;
using Gateway.Server.Listeners;
using Gateway.Server.Tests.Nodes;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Listeners;

public sealed class PeerPacesTests
{
    private readonly ManualTime _time = new(Providers.Now);

    [Fact]
    public void A_peer_opens_as_many_sessions_as_a_minute_allows_and_time_gives_them_back()
    {
        var paces = new PeerPaces(new PeerLimitSettings { SessionsPerMinuteMax = 3 }, _time);

        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => paces.MayOpenSession(Providers.Alpha.Uri)));
        Assert.True(paces.MayOpenSession(Providers.Gamma.Uri), "another peer has its own");
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal([true, false], Enumerable.Range(0, 2).Select(_ => paces.MayOpenSession(Providers.Alpha.Uri)));
    }

    [Fact]
    public async Task A_message_above_the_number_of_a_second_waits_and_is_not_lost()
    {
        var paces = new PeerPaces(new PeerLimitSettings { MessagesPerSecondMax = 10 }, _time);
        for (var i = 0; i < 10; i++)
        {
            Assert.True(paces.WaitAsync(Providers.Alpha.Uri, 100, default).IsCompleted);
        }

        var above = paces.WaitAsync(Providers.Alpha.Uri, 100, default);

        Assert.False(above.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        await above.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Bytes_above_the_number_of_a_second_wait_as_well()
    {
        const int Second = 1024 * 1024;
        var paces = new PeerPaces(new PeerLimitSettings { BytesPerSecondMax = Second }, _time);
        Assert.True(paces.WaitAsync(Providers.Alpha.Uri, Second, default).IsCompleted);

        var above = paces.WaitAsync(Providers.Alpha.Uri, Second / 2, default);

        Assert.False(above.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        await above.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
