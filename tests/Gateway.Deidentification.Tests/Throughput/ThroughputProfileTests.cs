using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Tests.Pipeline;
using Gateway.Deidentification.Tests.Tracking;
using Gateway.Deidentification.Tracking;

namespace Gateway.Deidentification.Tests.Throughput;

/// <summary>The profile that looks at one frame in two or three: what it saves, what it must still close, and what it costs in certainty.</summary>
public sealed class ThroughputProfileTests(ITestOutputHelper output)
{
    private static StreamProfile Unchecked(int every) => ThroughputProfile.Of(every) with { ResidualScanEvery = 1000 };

    [Theory]
    [InlineData(2, 31, 16)]
    [InlineData(3, 31, 11)]
    public async Task The_detector_looks_at_every_nth_frame_and_every_frame_is_masked(int every, int frames, int looks)
    {
        var detector = new ScriptedDetector();

        var result = await StreamBench.RunAsync(detector, frames, StreamBench.Request with { Profile = Unchecked(every) });

        // One more look is that at the output of frame 0.
        Assert.Equal(looks + 1, detector.Seen.Count);
        Assert.Equal(Enumerable.Range(0, frames), result.Answers.Select(answer => answer.Number));
        Assert.All(result.Answers, answer => Assert.Equal((answer.Number, 0), (answer.Number, SecretFrame.Of(answer.Number).FacePiecesIn(answer.Data))));
        Assert.True(result[every + 1].Record.Regions.All(region => region.IsBridged && region.Score == 0), "a frame between claims a detection");
    }

    [Fact]
    public async Task The_last_frame_is_looked_at_though_it_lies_between()
    {
        var detector = new ScriptedDetector();

        var result = await StreamBench.RunAsync(detector, 12, StreamBench.Request with { Profile = Unchecked(3) });

        Assert.False(Assert.Single(result[11].Record.Regions).IsBridged);
        Assert.Equal(StreamEnding.Completed, result.Ending);
    }

    [Fact]
    public async Task A_look_that_fails_closes_the_frames_on_both_sides_that_nobody_looked_at()
    {
        var detector = new ScriptedDetector().On(6, DetectionOutcome.Threw);

        var result = await StreamBench.RunAsync(detector, 16, StreamBench.Request with { Profile = Unchecked(3) });

        var closed = result.Answers.Where(answer => answer.Record.Decision == Decision.FrameMasked).Select(answer => answer.Number);
        Assert.Equal([4, 5, 6, 7, 8], closed);
        Assert.All(closed, number => Assert.Equal((Reason.DetectorFailed, 0), (result[number].Record.Reason, SecretFrame.Of(number).PiecesIn(result[number].Data))));
    }

    [Fact]
    public async Task Three_failed_looks_in_a_row_end_the_stream_whatever_lies_between()
    {
        var detector = new ScriptedDetector().On(3, DetectionOutcome.Threw).On(6, DetectionOutcome.Threw).On(9, DetectionOutcome.Threw);

        var result = await StreamBench.RunAsync(detector, 40, StreamBench.Request with { Profile = Unchecked(3) });

        Assert.Equal(StreamEnding.DetectorFailing, result.Ending);
        Assert.Equal(Enumerable.Range(0, 10), result.Answers.Select(answer => answer.Number));
        Assert.All(result.Answers.Skip(1), answer => Assert.Equal(Decision.FrameMasked, answer.Record.Decision));
    }

    [Fact]
    public async Task A_dark_frame_between_is_closed_though_nobody_looked_at_it()
    {
        var frames = Enumerable.Range(0, 10).Select(number => number == 4 ? SecretFrame.Dark(number).Bytes : SecretFrame.Of(number).Bytes);

        var result = await StreamBench.RunAsync(new ScriptedDetector(), frames, StreamBench.Request with { Profile = Unchecked(3) });

        Assert.Equal((Decision.FrameMasked, Reason.BlindFrame), (result[4].Record.Decision, result[4].Record.Reason));
    }

    [Fact]
    public void A_patch_is_found_where_it_has_moved_to_and_nowhere_else()
    {
        using var before = DrawnScene.Standard().Frame(0);
        using var after = DrawnScene.Standard().Frame(9);
        var (first, second, patches) = (new FrameRegions(), new FrameRegions(), new PatchSearch());
        var handle = TrackHandle.Draw();
        first.Add(new TrackedRegion(before.Faces[0], 0.9f, handle, IsBridged: false, 0));

        patches.Remember(before.Image, first);
        patches.Follow(after.Image, second);

        var found = Assert.Single(second.Regions);
        Assert.Equal((handle, true, 0f), (found.Handle, found.IsBridged, found.Score));
        Assert.True(found.Box.IntersectionOverUnion(after.Faces[0]) > Math.Max(0.8f, before.Faces[0].IntersectionOverUnion(after.Faces[0])), $"{found.Box} {after.Faces[0]}");

        using var empty = PixelImage.Create(PixelLayout.Bgra32, before.Image.Width, before.Image.Height);
        var none = new FrameRegions();
        patches.Follow(empty, none);
        Assert.Empty(none.Regions);
    }

    /// <summary>
    /// 2,000 simulated faces of 10 s, a detector that misses 5 % of its looks in bursts of 4 on average: the share of faces that are in the clear
    /// on at least one frame, without patch search, which a simulation without pictures cannot have.
    /// </summary>
    [Fact]
    public void What_the_log_says_about_exposure_is_what_the_simulation_measures()
    {
        var misses = new MissModel(0.05, 4);
        foreach (var every in (int[])[1, 3, 2])
        {
            var profile = every == 1 ? ThroughputProfile.Default.Tracking : ThroughputProfile.Of(every).Tracking;
            var share = ExposureSimulation.Run(misses, profile, 2000, seed: 42, detectEvery: every);
            output.WriteLine($"every {every}: {share:P2} of faces exposed on at least one frame");
            if (every > 1)
            {
                Assert.Equal(ThroughputProfile.SimulatedExposure(every), share, 0.0005);
            }
        }
    }
}
