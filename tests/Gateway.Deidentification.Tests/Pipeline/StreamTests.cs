using System.Security.Cryptography;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Tracking;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Pipeline;

public sealed class StreamTests
{
    [Fact]
    public void A_stream_is_refused_while_the_detector_is_not_ready()
    {
        Assert.Equal(StreamOpenOutcome.DetectorNotReady, OpenOutcome(StreamBench.Request, new ScriptedDetector { IsReady = false }));
    }

    [Fact]
    public void A_stream_of_a_size_that_the_model_cannot_cover_is_refused()
    {
        Assert.Equal(StreamOpenOutcome.SizeNotCovered, OpenOutcome(StreamBench.Request with { Width = 5000 }));
    }

    [Theory]
    [InlineData(0, 16, 16)]
    [InlineData(4, 15, 16)]
    [InlineData(4, 7681, 16)]
    [InlineData(4, 16, 4321)]
    public void A_stream_of_an_unknown_format_or_size_is_refused(int format, int width, int height)
    {
        var request = StreamBench.Request with { Format = (FrameFormat)format, Width = width, Height = height };

        Assert.Equal(StreamOpenOutcome.UnknownFormat, OpenOutcome(request));
    }

    [Fact]
    public void Blur_is_refused_unless_the_caller_says_that_it_may_be_weak()
    {
        var weak = StreamBench.Request with { Redaction = new RedactionChoice(RedactionTechnique.Blur, AllowWeak: false) };

        Assert.Equal(StreamOpenOutcome.TechniqueNotAllowed, OpenOutcome(weak));
    }

    [Fact]
    public void A_silhouette_is_refused_where_nobody_looks_for_persons()
    {
        var silhouette = StreamBench.Request with { Redaction = new RedactionChoice(RedactionTechnique.Silhouette, AllowWeak: false) };

        Assert.Equal(StreamOpenOutcome.PersonModelMissing, OpenOutcome(silhouette));
    }

    [Fact]
    public async Task The_frames_before_a_gap_get_larger_masks_because_what_was_to_come_never_came()
    {
        await using var stream = StreamBench.Open(new ScriptedDetector());
        var reading = StreamBench.ReadAsync(stream);
        foreach (var number in (int[])[0, 1, 2, 3, 4, 5, 6, 7, 20, 21, 22, 23, 24, 25])
        {
            await stream.WriteAsync((ulong)number, number, SecretFrame.Of(number).Bytes, CancellationToken.None);
        }

        stream.Complete();
        var answers = await reading;

        var (usual, before) = (answers.Single(answer => answer.Number == 3).Record.Regions[0].Mask, answers.Single(answer => answer.Number == 7).Record.Regions[0].Mask);
        Assert.True(before.Width > usual.Width || before.Height > usual.Height, $"{usual} {before}");
        Assert.All(answers, answer => Assert.Equal(0, SecretFrame.Of(answer.Number).FacePiecesIn(answer.Data)));
    }

    [Fact]
    public async Task A_region_of_no_track_shows_no_cells_of_a_mosaic_in_a_stream()
    {
        // Too weak to start a track in any frame: cells drawn anew in each would be a video of the face.
        var detector = new ScriptedDetector();
        for (var number = 0; number < 6; number++)
        {
            detector.On(number, image => SecretFrame.ShowsFace(image) ? new(DetectionOutcome.Detected, [new RegionDetection(SecretFrame.Face, 0.3f)]) : ScriptedDetector.NothingFound);
        }

        var request = StreamBench.Request with { Redaction = new RedactionChoice(RedactionTechnique.Mosaic, AllowWeak: false) };

        var result = await StreamBench.RunAsync(detector, 6, request);

        Assert.All(result.Answers, answer =>
        {
            var middle = 4 * (((int)SecretFrame.Face.CenterY * SecretFrame.Width) + (int)SecretFrame.Face.CenterX);
            Assert.Equal([64, 64, 64, 255], answer.Data.AsSpan(middle, 4).ToArray());
        });
    }

    [Fact]
    public async Task Every_output_is_checked_and_what_only_the_check_finds_is_counted()
    {
        var looks = 0;
        var detector = new ScriptedDetector().On(2, image =>
            Interlocked.Increment(ref looks) > 1 && SecretFrame.ShowsFace(image) ? ScriptedDetector.FaceFound : ScriptedDetector.NothingFound);
        var request = StreamBench.Request with { Profile = new StreamProfile(new(0, 0), 1) };

        var result = await StreamBench.RunAsync(detector, 4, request);

        Assert.Equal((4, 1), (result.Counts.Checked, result.Counts.Escapes));
        Assert.Equal((true, 1), (result[2].Record.IsChecked, result[2].Record.Escapes));
        Assert.Equal((true, 0), (result[1].Record.IsChecked, result[1].Record.Escapes));
    }

    [Fact]
    public async Task In_the_live_profile_one_output_in_fifteen_is_checked()
    {
        var result = await StreamBench.RunAsync(new ScriptedDetector(), 31, StreamBench.Request with { Profile = StreamProfile.Live });

        Assert.Equal([0, 15, 30], result.Answers.Where(answer => answer.Record.IsChecked).Select(answer => answer.Number));
        Assert.Equal(3, result.Counts.Checked);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_frame_of_another_length_is_refused_and_ends_the_stream(int more)
    {
        var length = SecretFrame.Of(0).Bytes.Length;
        byte[][] frames = [SecretFrame.Of(0).Bytes, SecretFrame.Of(1).Bytes, new byte[length + more], SecretFrame.Of(3).Bytes];

        var result = await StreamBench.RunAsync(new ScriptedDetector(), frames);

        Assert.Equal(StreamEnding.FrameRefused, result.Ending);
        Assert.Equal([0, 1], result.Answers.Select(answer => answer.Number));
    }

    [Fact]
    public async Task Numbers_must_increase()
    {
        await using var stream = StreamBench.Open(new ScriptedDetector());
        await stream.WriteAsync(7, 0, SecretFrame.Of(7).Bytes, CancellationToken.None);

        Assert.Equal(FrameAdmission.NumberNotIncreasing, await stream.WriteAsync(7, 0, SecretFrame.Of(7).Bytes, CancellationToken.None));
        Assert.Equal(FrameAdmission.StreamEnded, await AdmissionAfterEndAsync(stream));
    }

    [Fact]
    public async Task Time_stamps_must_not_decrease()
    {
        await using var stream = StreamBench.Open(new ScriptedDetector());
        await stream.WriteAsync(1, 100, SecretFrame.Of(1).Bytes, CancellationToken.None);

        Assert.Equal(FrameAdmission.TimestampDecreasing, await stream.WriteAsync(2, 99, SecretFrame.Of(2).Bytes, CancellationToken.None));
    }

    [Theory]
    [InlineData(FrameFormat.Bgra32)]
    [InlineData(FrameFormat.Rgb24)]
    [InlineData(FrameFormat.I420)]
    [InlineData(FrameFormat.Nv12)]
    public async Task Every_frame_comes_back_once_in_order_and_masked(FrameFormat format)
    {
        var request = StreamBench.Request with { Format = format };

        var result = await StreamBench.RunAsync(new ScriptedDetector(), 20, request);

        Assert.Equal(StreamEnding.Completed, result.Ending);
        Assert.Equal(Enumerable.Range(0, 20), result.Answers.Select(answer => answer.Number));
        Assert.All(result.Answers, answer =>
        {
            Assert.Equal((answer.Number * 40L, Decision.RegionsMasked), (answer.Record.Timestamp, answer.Record.Decision));
            Assert.Equal(0, SecretFrame.Of(answer.Number, format.ToLayout()!.Value).FacePiecesIn(answer.Data));
        });
    }

    [Fact]
    public async Task Pixels_outside_the_masks_are_untouched()
    {
        var result = await StreamBench.RunAsync(new ScriptedDetector(), 5);

        var (source, answer) = (SecretFrame.Of(2).Bytes, result[2]);
        var mask = Assert.Single(answer.Record.Regions).Mask;
        for (var pixel = 0; pixel < SecretFrame.Width * SecretFrame.Height; pixel++)
        {
            var (x, y) = (pixel % SecretFrame.Width, pixel / SecretFrame.Width);
            var isInside = x >= mask.Left && x < mask.Right && y >= mask.Top && y < mask.Bottom;
            Assert.True(isInside || answer.Data.AsSpan(4 * pixel, 4).SequenceEqual(source.AsSpan(4 * pixel, 4)), $"pixel {x}, {y}");
        }
    }

    [Fact]
    public async Task A_face_missed_before_its_first_detection_and_in_a_gap_is_masked_all_the_same()
    {
        var detector = new ScriptedDetector();
        foreach (var missed in (int[])[0, 1, 2, 8, 9, 10, 11, 12, 13])
        {
            detector.On(missed, _ => ScriptedDetector.NothingFound);
        }

        var result = await StreamBench.RunAsync(detector, 20);

        Assert.All(result.Answers, answer => Assert.Equal(0, SecretFrame.Of(answer.Number).FacePiecesIn(answer.Data)));
        Assert.True(Assert.Single(result[1].Record.Regions).IsBridged);
        Assert.Equal(0, result[10].Record.Regions[0].Score);
    }

    [Fact]
    public async Task The_last_frames_get_larger_masks_because_nothing_comes_after_them()
    {
        var result = await StreamBench.RunAsync(new ScriptedDetector(), 12);

        var (middle, last) = (result[6].Record.Regions[0].Mask, result[11].Record.Regions[0].Mask);
        Assert.True(last.Width > middle.Width || last.Height > middle.Height, $"{middle} {last}");
    }

    [Fact]
    public async Task A_frame_without_faces_says_that_nothing_was_found()
    {
        var result = await StreamBench.RunAsync(new ScriptedDetector().On(0, _ => ScriptedDetector.NothingFound), 1);

        Assert.Equal(Decision.NothingFound, result[0].Record.Decision);
        Assert.Equal(SecretFrame.Of(0).Bytes, result[0].Data);
    }

    [Fact]
    public async Task A_stream_that_nobody_reads_makes_the_writer_wait_and_skips_nothing()
    {
        await using var stream = StreamBench.Open(new ScriptedDetector());
        var written = 0;
        var writing = Task.Run(async () =>
        {
            for (var number = 0; number < 60; number++)
            {
                await stream.WriteAsync((ulong)number, 0, SecretFrame.Of(number).Bytes, CancellationToken.None);
                Interlocked.Increment(ref written);
            }

            stream.Complete();
        });
        await Eventually.BeTrueAsync(() => written >= 10, "ten frames taken in");
        var answersUnread = stream.Counts.Answered;

        var answers = await StreamBench.ReadAsync(stream);

        await writing;
        Assert.InRange(answersUnread, 0, 6);
        Assert.Equal(Enumerable.Range(0, 60), answers.Select(answer => answer.Number));
    }

    [Fact]
    public async Task A_stream_given_up_leaves_no_frame_behind()
    {
        var detector = new ScriptedDetector();
        var stream = StreamBench.Open(detector);
        for (var number = 0; number < 6; number++)
        {
            await stream.WriteAsync((ulong)number, 0, SecretFrame.Of(number).Bytes, CancellationToken.None);
        }

        await stream.DisposeAsync();

        Assert.Equal(StreamEnding.Cancelled, stream.Ending);
        await Eventually.BeTrueAsync(() => detector.Seen.All(IsDisposed), "every frame zeroed and given back");
    }

    [Fact]
    public async Task A_writer_that_waits_is_told_when_the_stream_ends()
    {
        var detector = new ScriptedDetector().On(0, DetectionOutcome.Threw).On(1, DetectionOutcome.Threw).On(2, DetectionOutcome.Threw);
        await using var stream = StreamBench.Open(detector);
        var reading = StreamBench.ReadAsync(stream);

        Assert.Equal(FrameAdmission.StreamEnded, await AdmissionAfterEndAsync(stream));
        await reading;
    }

    [Fact]
    public async Task The_record_holds_what_proves_the_frame_and_nothing_that_guesses_it()
    {
        var result = await StreamBench.RunAsync(new ScriptedDetector(), 6);

        var (record, data) = result[3];
        Assert.Equal(SHA256.HashData(data), record.OutputSha256.ToArray());
        Assert.Equal(HMACSHA256.HashData(StreamBench.SourceKey, SecretFrame.Of(3).Bytes), record.SourceKeyedDigest.ToArray());
        Assert.Equal((16, 16), (record.RecordId.Length, record.StreamHandle.Length));
        Assert.Equal(SecretFrame.Face, record.Regions[0].Box);
        Assert.Equal(0.9f, record.Regions[0].Score);
        Assert.Equal(16, record.Regions[0].Track.ToBytes().Length);
        Assert.Equal((RedactionTechnique.OutsideFill, StrengthClass.Irreversible), (record.Technique, record.StrengthClass));
        Assert.Equal(6, result.Answers.Select(answer => Convert.ToHexString(answer.Record.RecordId.Span)).Distinct().Count());
    }

    [Fact]
    public async Task A_withheld_frame_has_a_record_without_an_output_digest()
    {
        var request = StreamBench.Request with { OnFailure = FailureAction.WithholdFrame };

        var result = await StreamBench.RunAsync(new ScriptedDetector().On(1, DetectionOutcome.Threw), 4, request);

        Assert.True(result[1].Record.OutputSha256.IsEmpty);
        Assert.Equal(32, result[1].Record.SourceKeyedDigest.Length);
    }

    [Theory]
    [InlineData(-1, 15, 1, 4)]
    [InlineData(5, 121, 1, 4)]
    [InlineData(5, 15, 0, 4)]
    [InlineData(5, 15, 1, 0)]
    public void Options_out_of_range_are_a_mistake_of_the_caller(int lookAhead, int hold, int scanEvery, int queue)
    {
        var request = StreamBench.Request with { Profile = new StreamProfile(new TrackingProfile(lookAhead, hold), scanEvery) };

        Assert.Throws<ArgumentOutOfRangeException>(() =>
            StreamDeidentifier.Open(StreamBench.Parts(new ScriptedDetector()), request, new StreamOptions { QueueFrames = queue }));
    }

    private static StreamOpenOutcome OpenOutcome(StreamRequest request, ScriptedDetector? detector = null) =>
        StreamDeidentifier.Open(StreamBench.Parts(detector ?? new ScriptedDetector()), request, new StreamOptions()).Outcome;

    private static async Task<FrameAdmission> AdmissionAfterEndAsync(StreamDeidentifier stream)
    {
        var admission = FrameAdmission.Accepted;
        for (var number = 10; number < 500 && admission == FrameAdmission.Accepted; number++)
        {
            admission = await stream.WriteAsync((ulong)number, 1000, SecretFrame.Of(number - 10).Bytes, CancellationToken.None);
        }

        return admission;
    }

    private static bool IsDisposed(PixelImage image)
    {
        try
        {
            return image.Bytes.IsEmpty;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
