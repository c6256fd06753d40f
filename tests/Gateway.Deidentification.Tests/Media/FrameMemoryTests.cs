using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Tests.Media;

public sealed class FrameMemoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(70_000)]
    [InlineData(1_382_400)]
    [InlineData(1 << 21)]
    [InlineData((1 << 21) + 1)]
    [InlineData(32 * 1024 * 1024)]
    public void An_array_is_an_eighth_larger_than_asked_for_at_most(int bytes)
    {
        var array = FrameMemory.Rent(bytes);

        Assert.InRange(array.Length, bytes, Math.Max(4096, bytes + (bytes / 8) + 1));
        FrameMemory.Return(array, bytes);
    }

    [Fact]
    public void What_was_written_is_zero_before_the_next_can_read_it()
    {
        // A size of its own: no other test takes from the same shelf.
        const int bytes = 23_456_789;
        var array = FrameMemory.Rent(bytes);
        array.AsSpan(0, bytes).Fill(0xA5);

        FrameMemory.Return(array, bytes);
        var next = FrameMemory.Rent(bytes);

        Assert.Same(array, next);
        Assert.False(next.AsSpan().ContainsAnyExcept((byte)0));
        FrameMemory.Return(next, bytes);
    }

    [Fact]
    public void Memory_that_nobody_wanted_between_two_sweeps_is_given_up()
    {
        const int bytes = 25_456_789;
        var array = FrameMemory.Rent(bytes);
        FrameMemory.Return(array, bytes);

        FrameMemory.Sweep();
        FrameMemory.Sweep();
        var next = FrameMemory.Rent(bytes);

        Assert.NotSame(array, next);
        FrameMemory.Return(next, bytes);
    }
}
