using Gateway.Deidentification.Pipeline;

namespace Gateway.Deidentification.Tests.Pipeline;

public sealed class HandOffTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Every_item_arrives_once_and_in_order_whoever_is_slower(bool isOwnWriter, bool isOwnReader)
    {
        var handOff = new HandOff<string>(3, isOwnWriter, isOwnReader);
        var writing = Task.Run(async () =>
        {
            for (var number = 0; number < 20_000; number++)
            {
                Assert.True(await handOff.WaitToWriteAsync(CancellationToken.None));
                Assert.True(handOff.TryWrite($"{number}"));
            }

            handOff.Complete();
        });
        var read = new List<string>();
        while (await handOff.WaitToReadAsync(CancellationToken.None))
        {
            Assert.True(handOff.TryRead(out var item));
            read.Add(item);
        }

        await writing;
        Assert.Equal(Enumerable.Range(0, 20_000).Select(number => $"{number}"), read);
    }

    [Fact]
    public void A_full_one_takes_nothing_and_an_item_only_looked_at_keeps_its_place()
    {
        var handOff = new HandOff<string>(1, isOwnWriter: false, isOwnReader: false);
        Assert.True(handOff.TryWrite("a"));

        Assert.True(handOff.TryPeek(out var item));
        Assert.Equal("a", item);
        Assert.False(handOff.TryWrite("b"));
        Assert.True(handOff.TryRead(out _));
        Assert.True(handOff.TryWrite("b"));
    }

    [Fact]
    public async Task The_end_wakes_whoever_waits_and_leaves_what_is_inside()
    {
        var handOff = new HandOff<string>(1, isOwnWriter: false, isOwnReader: false);
        var reading = handOff.WaitToReadAsync(CancellationToken.None).AsTask();
        Assert.True(handOff.TryWrite("last"));
        Assert.True(await reading);
        var writing = handOff.WaitToWriteAsync(CancellationToken.None).AsTask();

        handOff.Complete();

        Assert.False(await writing);
        Assert.False(handOff.TryWrite("more"));
        Assert.True(handOff.TryRead(out _));
        Assert.False(await handOff.WaitToReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_wait_ends_when_its_token_is_cancelled_and_the_next_one_works()
    {
        var handOff = new HandOff<string>(1, isOwnWriter: false, isOwnReader: false);
        using var cancellation = new CancellationTokenSource();
        var reading = handOff.WaitToReadAsync(cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.True(handOff.TryWrite("a"));
        Assert.True(await handOff.WaitToReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_reader_of_our_own_goes_on_where_the_writer_is_and_no_other_does()
    {
        Assert.True(await GoesOnWhereTheWriterIsAsync(isOwnReader: true));
        Assert.False(await GoesOnWhereTheWriterIsAsync(isOwnReader: false));
    }

    private static async Task<bool> GoesOnWhereTheWriterIsAsync(bool isOwnReader)
    {
        var handOff = new HandOff<string>(1, isOwnWriter: false, isOwnReader);
        var wokenOn = WokenOnAsync(handOff);

        // A thread that is nobody else's: one of the pool could pick the reader up by chance.
        var writer = new Thread(() => Assert.True(handOff.TryWrite("a")));
        writer.Start();
        var isSame = await wokenOn == writer.ManagedThreadId;
        writer.Join();
        return isSame;
    }

    private static async Task<int> WokenOnAsync(HandOff<string> handOff)
    {
        Assert.True(await handOff.WaitToReadAsync(CancellationToken.None));
        return Environment.CurrentManagedThreadId;
    }
}
