using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Deidentification.Tests.Pipeline;

public sealed class WatchedDetectorTests
{
    private readonly DetectionLane _lane = new(1);
    private readonly ScriptedDetector _inner = new();
    private readonly WatchedDetector _watched;

    public WatchedDetectorTests()
    {
        var image = PixelImage.CopyOf(PixelLayout.Bgra32, SecretFrame.Width, SecretFrame.Height, SecretFrame.Of(999).Bytes);
        _watched = new WatchedDetector(_inner, [new Canary(RegionClass.Face, image, [SecretFrame.Face])], NullLogger.Instance);
    }

    [Fact]
    public void Before_its_first_canary_a_detector_is_not_believed()
    {
        Assert.False(_watched.IsReady);
        Assert.Equal(StreamOpenOutcome.DetectorNotReady, StreamDeidentifier.Open(StreamBench.Parts(_watched), StreamBench.Request, new StreamOptions()).Outcome);
    }

    [Fact]
    public async Task A_detector_that_finds_nothing_without_an_error_is_not_believed()
    {
        _inner.On(999, _ => ScriptedDetector.NothingFound);

        Assert.False(await _watched.CheckAsync(_lane, TimeProvider.System, CancellationToken.None));
        Assert.False(_watched.IsReady);
    }

    [Fact]
    public async Task A_box_elsewhere_does_not_count_as_found()
    {
        _inner.On(999, _ => new(DetectionOutcome.Detected, [new RegionDetection(SecretFrame.Face with { X = 10 }, 0.9f)]));

        Assert.False(await _watched.CheckAsync(_lane, TimeProvider.System, CancellationToken.None));
    }

    [Fact]
    public async Task A_canary_missed_in_mid_stream_closes_every_frame_from_there()
    {
        Assert.True(await _watched.CheckAsync(_lane, TimeProvider.System, CancellationToken.None));
        _inner.On(3, _ =>
        {
            _inner.On(999, DetectionOutcome.NotFinite);
            _watched.CheckAsync(new DetectionLane(1), TimeProvider.System, CancellationToken.None).GetAwaiter().GetResult();
            return ScriptedDetector.FaceFound;
        });

        var result = await StreamBench.RunAsync(_watched, 40);

        Assert.Equal(StreamEnding.DetectorFailing, result.Ending);
        Assert.Equal((Decision.FrameMasked, Reason.DetectorFailed), (result.Answers[^1].Record.Decision, result.Answers[^1].Record.Reason));
        Assert.All(result.Answers, answer => Assert.Equal(0, SecretFrame.Of(answer.Number).FacePiecesIn(answer.Data)));
    }

    [Fact]
    public async Task A_detector_that_finds_its_canary_again_is_believed_again()
    {
        _inner.On(999, DetectionOutcome.Threw);
        await _watched.CheckAsync(_lane, TimeProvider.System, CancellationToken.None);
        _inner.On(999, _ => ScriptedDetector.FaceFound);

        Assert.True(await _watched.CheckAsync(_lane, TimeProvider.System, CancellationToken.None));
        Assert.True(_watched.IsReady);
    }

    [Fact]
    public async Task A_lane_that_does_not_get_to_the_canary_is_not_believed_and_gets_no_second_one()
    {
        using var gate = new ManualResetEventSlim();
        Assert.True(await _watched.CheckAsync(_lane, TimeProvider.System, CancellationToken.None));
        _inner.On(999, _ =>
        {
            gate.Wait();
            return ScriptedDetector.FaceFound;
        });
        var (time, seen) = (new ManualTime(DateTimeOffset.UnixEpoch), _inner.Seen.Count);

        for (var check = 0; check < 2; check++)
        {
            var checking = _watched.CheckAsync(_lane, time, CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(31));
            Assert.False(await checking);
        }

        Assert.False(_watched.IsReady);
        Assert.InRange(_inner.Seen.Count, seen, seen + 1);
        gate.Set();
        Assert.True(await _watched.CheckAsync(_lane, time, CancellationToken.None));
    }
}
