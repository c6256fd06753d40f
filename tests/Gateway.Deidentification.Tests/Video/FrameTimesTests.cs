using Gateway.Deidentification.Video;
using Gateway.Deidentification.Video.Nut;

namespace Gateway.Deidentification.Tests.Video;

public sealed class FrameTimesTests
{
    private static readonly Fraction Source = new(1, 12_800);
    private static readonly long[] Even = [0, 512, 1024, 1536];

    [Fact]
    public void The_same_times_in_another_unit_and_order_are_the_same() =>
        Assert.True(Of(Source, Even).IsSame(Of(new Fraction(1, 51_200), [0, 6144, 2048, 4096])));

    [Fact]
    public void Times_rounded_to_the_unit_of_the_container_are_the_same() =>
        Assert.True(Of(Source, [0, 517, 1031]).IsSame(Of(new Fraction(1, 1000), [0, 40, 81])));

    [Theory]
    [InlineData(new long[] { 0, 512, 1024 })]
    [InlineData(new long[] { 0, 512, 1024, 1536, 1536 })]
    [InlineData(new long[] { 512, 1024, 1536, 2048 })]
    [InlineData(new long[] { 0, 512, 1024, 1600 })]
    [InlineData(new long[] { 0, 512, 512, 1536 })]
    public void A_frame_dropped_doubled_or_moved_is_noticed(long[] written) => Assert.False(Of(Source, Even).IsSame(Of(Source, written)));

    private static FrameTimes Of(Fraction unit, long[] timestamps)
    {
        var times = new FrameTimes();
        Array.ForEach(timestamps, timestamp => times.Add(timestamp, unit));
        return times;
    }
}
