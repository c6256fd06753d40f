using Gateway.TestKit;
using Google.Protobuf;
using Grpc.Core;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.Deidentification;

[Collection(MediaNodeGroup.Name)]
public sealed class BadStreamTests(MediaNode node)
{
    private readonly DrawnClip _clip = new();

    [Fact]
    public async Task A_stream_whose_first_message_is_a_frame_is_refused()
    {
        var result = await RunAsync(_clip.Frame(0));

        Refusals.Is(result.Refusal, StatusCode.InvalidArgument, "OPEN_EXPECTED");
        Assert.Null(result.Opened);
    }

    [Fact]
    public async Task A_stream_without_any_message_is_refused() =>
        Refusals.Is((await RunAsync()).Refusal, StatusCode.InvalidArgument, "OPEN_EXPECTED");

    [Fact]
    public async Task A_stream_whose_first_message_is_empty_is_refused() =>
        Refusals.Is((await RunAsync(new Wire.DeidentifyStreamRequest())).Refusal, StatusCode.InvalidArgument, "OPEN_EXPECTED");

    [Fact]
    public async Task A_second_open_ends_the_stream_without_its_signed_record()
    {
        var result = await RunAsync(DrawnClip.Open(), _clip.Frame(0), DrawnClip.Open(), _clip.Frame(1));

        Refusals.Is(result.Refusal, StatusCode.InvalidArgument, "FRAME_EXPECTED");
        await AssertNothingClearAsync(result, [0]);
    }

    [Theory]
    [InlineData(0, 320, 180)]
    [InlineData(99, 320, 180)]
    [InlineData(4, 0, 180)]
    [InlineData(4, 15, 180)]
    [InlineData(4, 320, 4321)]
    [InlineData(4, 7681, 180)]
    [InlineData(4, uint.MaxValue, uint.MaxValue)]
    public async Task An_unknown_format_or_a_side_out_of_range_is_refused(int format, uint width, uint height)
    {
        var open = DrawnClip.Open();
        (open.Open.Format, open.Open.Width, open.Open.Height) = ((Wire.FrameFormat)format, width, height);

        Refusals.Is((await RunAsync(open)).Refusal, StatusCode.InvalidArgument, "FRAME_FORMAT_UNKNOWN");
    }

    [Theory]
    [InlineData(Wire.FrameFormat.I420, 7680u, 4320u)]
    [InlineData(Wire.FrameFormat.Bgra32, 4096u, 2304u)]
    public async Task Raw_frames_too_large_to_be_sent_are_refused_at_open(Wire.FrameFormat format, uint width, uint height)
    {
        var open = DrawnClip.Open(format);
        (open.Open.Width, open.Open.Height) = (width, height);

        Refusals.Is((await RunAsync(open)).Refusal, StatusCode.InvalidArgument, "FRAME_TOO_LARGE");
    }

    [Fact]
    public async Task A_stream_without_a_time_base_is_refused()
    {
        var open = DrawnClip.Open();
        open.Open.TimeBaseDenominator = 0;

        Refusals.Is((await RunAsync(open)).Refusal, StatusCode.InvalidArgument, "TIME_BASE_MISSING");
    }

    [Fact]
    public async Task Unknown_choices_are_refused_by_name()
    {
        var (technique, profile, action) = (DrawnClip.Open(), DrawnClip.Open(), DrawnClip.Open());
        technique.Open.Technique = (Wire.Technique)9;
        profile.Open.Profile = (Wire.StreamProfile)9;
        action.Open.OnFailure = (Wire.FailureAction)9;

        Refusals.Is((await RunAsync(technique)).Refusal, StatusCode.InvalidArgument, "TECHNIQUE_UNKNOWN");
        Refusals.Is((await RunAsync(profile)).Refusal, StatusCode.InvalidArgument, "PROFILE_UNKNOWN");
        Refusals.Is((await RunAsync(action)).Refusal, StatusCode.InvalidArgument, "FAILURE_ACTION_UNKNOWN");
    }

    [Fact]
    public async Task Blur_is_refused_where_the_policy_does_not_allow_it()
    {
        var open = DrawnClip.Open();
        (open.Open.Technique, open.Open.AllowWeak) = (Wire.Technique.Blur, true);

        Refusals.Is((await RunAsync(open)).Refusal, StatusCode.InvalidArgument, "TECHNIQUE_NOT_ALLOWED");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(-DrawnClip.Width * DrawnClip.Height * 4)]
    public async Task A_raw_frame_of_another_length_ends_the_stream_after_the_frames_before_it(int difference)
    {
        var wrong = _clip.Frame(2);
        wrong.Frame.Data = ByteString.CopyFrom(new byte[(DrawnClip.Width * DrawnClip.Height * 4) + difference]);

        var result = await RunAsync(DrawnClip.Open(), _clip.Frame(0), _clip.Frame(1), wrong, _clip.Frame(3));

        Refusals.Is(result.Refusal, StatusCode.InvalidArgument, "FRAME_SIZE_WRONG");
        await AssertNothingClearAsync(result, [0, 1]);
    }

    [Fact]
    public async Task A_JPEG_frame_of_another_size_ends_the_stream_after_the_frames_before_it()
    {
        var larger = new Gateway.Deidentification.Drawing.DrawnScene(DrawnClip.Width + 16, DrawnClip.Height, []);
        using var drawn = larger.Frame();
        var file = new Gateway.Deidentification.Media.SkiaStillCodec().Encode(drawn.Image, new(Gateway.Deidentification.Media.StillFormat.Jpeg));
        var other = new Wire.DeidentifyStreamRequest { Frame = new Wire.Frame { Number = 2, Timestamp = 20, Data = ByteString.CopyFrom(file) } };
        const Wire.FrameFormat Jpeg = Wire.FrameFormat.Jpeg;

        var result = await RunAsync(DrawnClip.Open(Jpeg), _clip.Frame(0, Jpeg), _clip.Frame(1, Jpeg), other, _clip.Frame(3, Jpeg));

        Refusals.Is(result.Refusal, StatusCode.InvalidArgument, "FRAME_REFUSED");
        Assert.Equal([0ul, 1], result.Numbers);
        Assert.Null(result.Closed);
    }

    [Fact]
    public async Task A_JPEG_frame_that_does_not_decode_comes_back_flat_and_the_stream_goes_on()
    {
        const Wire.FrameFormat Jpeg = Wire.FrameFormat.Jpeg;
        var broken = _clip.Frame(1, Jpeg);
        broken.Frame.Data = ByteString.CopyFrom(broken.Frame.Data.ToByteArray().AsSpan(0, 200));

        var result = await RunAsync(DrawnClip.Open(Jpeg), _clip.Frame(0, Jpeg), broken, _clip.Frame(2, Jpeg));

        Assert.Null(result.Refusal);
        Assert.Equal([0ul, 1, 2], result.Numbers);
        var record = Wire.DeidentificationRecord.Parser.ParseFrom(result.Answers[1].Frame.Record);
        Assert.Equal((Wire.Decision.FrameMasked, Wire.Reason.Undecodable), (record.Decision, record.Reason));
    }

    [Theory]
    [InlineData(1ul)]
    [InlineData(0ul)]
    public async Task A_frame_number_that_does_not_increase_ends_the_stream(ulong number)
    {
        var wrong = _clip.Frame(2);
        wrong.Frame.Number = number;

        var result = await RunAsync(DrawnClip.Open(), _clip.Frame(0), _clip.Frame(1), wrong, _clip.Frame(3));

        Refusals.Is(result.Refusal, StatusCode.InvalidArgument, "FRAME_NUMBER_NOT_INCREASING");
        await AssertNothingClearAsync(result, [0, 1]);
    }

    [Fact]
    public async Task A_time_stamp_that_decreases_ends_the_stream()
    {
        var wrong = _clip.Frame(2);
        wrong.Frame.Timestamp = 9;

        var result = await RunAsync(DrawnClip.Open(), _clip.Frame(0), _clip.Frame(1), wrong);

        Refusals.Is(result.Refusal, StatusCode.InvalidArgument, "FRAME_TIMESTAMP_DECREASING");
        await AssertNothingClearAsync(result, [0, 1]);
    }

    [Fact]
    public async Task A_cancelled_stream_gives_its_place_back()
    {
        using var cancellation = new CancellationTokenSource();
        using (var call = node.Client.DeidentifyStream(cancellationToken: cancellation.Token))
        {
            await call.RequestStream.WriteAsync(DrawnClip.Open());
            await call.RequestStream.WriteAsync(_clip.Frame(0));
            Assert.True(await call.ResponseStream.MoveNext(default));
            await cancellation.CancelAsync();

            var result = await StreamCall.ReadAsync(call.ResponseStream);

            Assert.Equal(StatusCode.Cancelled, result.Refusal?.StatusCode);
            Assert.Empty(result.Answers);
        }

        await AssertAllPlacesAreFreeAsync();
    }

    [Fact]
    public async Task A_stream_beyond_its_deadline_ends_without_its_signed_record_and_gives_its_place_back()
    {
        using (var call = node.Client.DeidentifyStream(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(1)))
        {
            await call.RequestStream.WriteAsync(DrawnClip.Open());
            await call.RequestStream.WriteAsync(_clip.Frame(0));

            var result = await StreamCall.ReadAsync(call.ResponseStream);

            Assert.Equal(StatusCode.DeadlineExceeded, result.Refusal?.StatusCode);
            Refusals.TellsNothingInternal(result.Refusal!);
            Assert.Null(result.Closed);
        }

        await AssertAllPlacesAreFreeAsync();
    }

    [Fact]
    public async Task A_message_that_is_cut_ends_the_stream_without_answer()
    {
        var frame = RawCall.Message(_clip.Frame(0));

        var end = await RawCall.SendAsync(node, "DeidentifyStream", [.. RawCall.Message(DrawnClip.Open()), .. frame.AsSpan(0, frame.Length / 2)]);

        Assert.Equal((StatusCode.InvalidArgument, "MESSAGE_BROKEN"), (end.Status, end.Code));
        Assert.DoesNotContain(end.Answers, answer => answer.Opened is null);
        await AssertAllPlacesAreFreeAsync();
    }

    [Fact]
    public async Task A_message_that_is_no_message_ends_the_stream()
    {
        byte[] noMessage = [0, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF];

        var end = await RawCall.SendAsync(node, "DeidentifyStream", [.. RawCall.Message(DrawnClip.Open()), .. RawCall.Message(_clip.Frame(0)), .. noMessage]);

        Assert.Equal((StatusCode.InvalidArgument, "MESSAGE_BROKEN"), (end.Status, end.Code));
        Assert.DoesNotContain(end.Answers, answer => answer.Closed is not null);
        await AssertAllPlacesAreFreeAsync();
    }

    [Fact]
    public async Task A_first_message_that_is_no_message_is_refused()
    {
        var end = await RawCall.SendAsync(node, "DeidentifyStream", [0, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF]);

        Assert.Equal((StatusCode.InvalidArgument, "MESSAGE_BROKEN"), (end.Status, end.Code));
        Assert.Empty(end.Answers);
    }

    [Fact]
    public async Task One_stream_more_than_there_are_places_is_refused_until_one_ends()
    {
        var calls = new List<AsyncDuplexStreamingCall<Wire.DeidentifyStreamRequest, Wire.DeidentifyStreamResponse>>();
        for (var i = 0; i < MediaNode.StreamsMax; i++)
        {
            calls.Add(await OpenAsync());
        }

        var refused = await RunAsync(DrawnClip.Open());
        calls.ForEach(call => call.Dispose());

        Refusals.Is(refused.Refusal, StatusCode.ResourceExhausted, "STREAMS_EXHAUSTED");
        await AssertAllPlacesAreFreeAsync();
    }

    [Fact]
    public async Task Calls_that_never_open_a_stream_take_no_place()
    {
        var silent = Enumerable.Range(0, MediaNode.StreamsMax + 1).Select(_ => node.Client.DeidentifyStream()).ToList();
        var good = await RunAsync(DrawnClip.Open(), _clip.Frame(0));
        silent.ForEach(call => call.Dispose());

        Assert.Null(good.Refusal);
    }

    [Fact]
    public async Task A_reader_that_stalls_holds_the_sender_back_and_loses_no_frame()
    {
        const int Frames = 60;
        var sent = 0;
        using var call = node.Client.DeidentifyStream();
        var requests = Enumerable.Range(0, Frames).Select(number => _clip.Frame(number)).Prepend(DrawnClip.Open()).ToArray();
        var sending = StreamCall.SendAsync(call.RequestStream, requests, () => sent++);

        await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(2)));
        Assert.False(sending.IsCompleted, "the node took every frame in although nobody reads its answers");
        var result = await StreamCall.ReadAsync(call.ResponseStream);
        await sending;

        Assert.Null(result.Refusal);
        Assert.Equal(Enumerable.Range(0, Frames).Select(number => (ulong)number), result.Numbers);
        Assert.NotNull(result.Closed);
    }

    private Task<StreamResult> RunAsync(params Wire.DeidentifyStreamRequest[] requests) => StreamCall.RunAsync(node.Client, requests);

    private async Task<AsyncDuplexStreamingCall<Wire.DeidentifyStreamRequest, Wire.DeidentifyStreamResponse>> OpenAsync()
    {
        var call = node.Client.DeidentifyStream();
        await call.RequestStream.WriteAsync(DrawnClip.Open());
        Assert.True(await call.ResponseStream.MoveNext(default));
        return call;
    }

    /// <summary>The frames before the bad one are answered and masked; the stream has no signed record.</summary>
    private Task AssertNothingClearAsync(StreamResult result, ulong[] answered)
    {
        Assert.Equal(answered, result.Numbers);
        Assert.Null(result.Closed);
        Assert.All(result.Answers, answer => Assert.Equal(0, _clip.FacePiecesIn((int)answer.Frame.Number, answer.Frame.Data.Span, Wire.FrameFormat.Bgra32)));
        return AssertAllPlacesAreFreeAsync();
    }

    /// <summary>A good stream works afterwards, on every place of the node.</summary>
    private async Task AssertAllPlacesAreFreeAsync()
    {
        var places = new List<IDisposable>();
        await Eventually.BeTrueAsync(
            () =>
            {
                while (node.Node.State.TakeStreamPlace() is { } place)
                {
                    places.Add(place);
                }

                return places.Count == MediaNode.StreamsMax;
            },
            "every place of a stream given back");
        places.ForEach(place => place.Dispose());

        var good = await RunAsync(DrawnClip.Open(), _clip.Frame(0), _clip.Frame(1));

        Assert.Null(good.Refusal);
        Assert.Equal([0ul, 1], good.Numbers);
        Assert.NotNull(good.Closed);
    }
}
