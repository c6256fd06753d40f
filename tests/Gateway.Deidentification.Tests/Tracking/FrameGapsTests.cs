using Gateway.Deidentification.Tracking;

namespace Gateway.Deidentification.Tests.Tracking;

public sealed class FrameGapsTests
{
    private readonly FrameGaps _gaps = new();

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void Numbers_that_go_on_by_their_usual_step_leave_nothing_out(int step)
    {
        Assert.All(Enumerable.Range(0, 50), frame => Assert.Equal(0, _gaps.MissingBefore((ulong)(frame * step), 0)));
    }

    [Fact]
    public void A_number_left_out_is_a_frame_that_never_came()
    {
        Assert.Equal([0, 0, 3, 0, 0], ((ulong[])[7, 8, 12, 13, 14]).Select(number => _gaps.MissingBefore(number, 0)));
    }

    [Fact]
    public void A_step_in_time_of_several_usual_ones_is_frames_that_never_came()
    {
        long[] times = [0, 40, 80, 120, 160, 400, 440];

        Assert.Equal([0, 0, 0, 0, 0, 5, 0], times.Select((time, frame) => _gaps.MissingBefore((ulong)frame, time)));
    }

    [Fact]
    public void A_camera_that_varies_its_rate_leaves_nothing_out()
    {
        long[] times = [0, 33, 66, 99, 166, 199, 232, 299, 332];

        Assert.All(times.Select((time, frame) => _gaps.MissingBefore((ulong)frame, time)), missing => Assert.Equal(0, missing));
    }

    [Fact]
    public void A_rate_that_stays_slower_becomes_the_usual_one()
    {
        var times = Enumerable.Range(0, 20).Select(frame => 40L * frame).Concat(Enumerable.Range(1, 20).Select(frame => 760 + (200L * frame)));

        var missing = times.Select((time, frame) => _gaps.MissingBefore((ulong)frame, time)).ToList();

        Assert.Equal(4, missing[20]);
        Assert.Equal(0, missing[^1]);
    }

    [Fact]
    public void The_ends_of_both_ranges_are_no_accident()
    {
        Assert.Equal(0, _gaps.MissingBefore(0, long.MinValue));
        Assert.Equal(0, _gaps.MissingBefore(1, long.MinValue));
        Assert.Equal(FrameGaps.MissingMax, _gaps.MissingBefore(ulong.MaxValue, long.MaxValue));
    }
}
