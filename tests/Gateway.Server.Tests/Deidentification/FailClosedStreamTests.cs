using Gateway.Deidentification.Media;
using Gateway.TestKit.Onnx;
using Google.Protobuf;
using Grpc.Core;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.Deidentification;

/// <summary>
/// Whatever happens to a frame, no clear pixel of it comes out of the call: faults of a real model in the real runtime, and pictures in which
/// nobody sees anything, over mutual TLS.
/// </summary>
public sealed class FailClosedStreamTests(FaultyNode node) : IClassFixture<FaultyNode>
{
    private const int Frames = 12;
    private const int Bad = 6;

    /// <summary>The gray of a frame that is masked whole.</summary>
    private const byte Flat = 64;

    private readonly DrawnClip _clip = new();

    public static TheoryData<string, Wire.Reason> Faults => new()
    {
        { Fault.NotANumber.Name, Wire.Reason.DetectorFailed },
        { Fault.Infinite.Name, Wire.Reason.DetectorFailed },
        { Fault.Throws.Name, Wire.Reason.DetectorFailed },
        { Fault.WrongShape.Name, Wire.Reason.DetectorFailed },
        { Fault.Crowd.Name, Wire.Reason.Saturated },
    };

    public static TheoryData<string> Blindness => ["dark", "bright", "flat", "blurred"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_frame_on_which_the_model_fails_comes_back_flat(string fault, Wire.Reason reason)
    {
        var result = await RunAsync(fault, Wire.FailureAction.MaskFrame);

        Assert.Null(result.Refusal);
        var (record, data) = Answer(result, Bad);
        Assert.Equal((Wire.Decision.FrameMasked, reason), (record.Decision, record.Reason));
        AssertFlat(data);
        AssertNoFaceIn(result, Frames);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task It_is_withheld_where_the_caller_wants_that_and_flat_where_the_model_saw_too_much(string fault, Wire.Reason reason)
    {
        var result = await RunAsync(fault, Wire.FailureAction.WithholdFrame);

        Assert.Null(result.Refusal);
        var (record, data) = Answer(result, Bad);
        Assert.Equal(reason, record.Reason);
        if (reason == Wire.Reason.Saturated)
        {
            AssertFlat(data);
        }
        else
        {
            Assert.Equal((Wire.Decision.Withheld, 0, 0), (record.Decision, data.Length, record.OutputSha256.Length));
        }

        AssertNoFaceIn(result, Frames);
    }

    [Theory]
    [MemberData(nameof(Blindness))]
    public async Task A_frame_in_which_no_detector_sees_anything_comes_back_flat(string blindness)
    {
        var frames = Enumerable.Range(0, Frames).Select(number => number == Bad ? Sent(number, Blind(blindness)) : _clip.Frame(number));

        var result = await StreamCall.RunAsync(node.Client, frames.Prepend(DrawnClip.Open()));

        Assert.Null(result.Refusal);
        var (record, data) = Answer(result, Bad);
        Assert.Equal((Wire.Decision.FrameMasked, Wire.Reason.BlindFrame), (record.Decision, record.Reason));
        AssertFlat(data);
        AssertNoFaceIn(result, Frames);
    }

    [Fact]
    public async Task Three_failures_in_a_row_end_the_stream_and_no_clear_frame_came_out()
    {
        string[] faults = [Fault.NotANumber.Name, Fault.Throws.Name, Fault.WrongShape.Name];
        var frames = Enumerable.Range(0, 40).Select(number => number is >= 4 and < 7 ? Sent(number, Painted(number, faults[number - 4])) : _clip.Frame(number));

        var result = await StreamCall.RunAsync(node.Client, frames.Prepend(DrawnClip.Open()));

        Refusals.Is(result.Refusal, StatusCode.Aborted, "DETECTOR_FAILING");
        Assert.Null(result.Closed);
        AssertNoFaceIn(result, 7);
        Assert.All([4, 5, 6], number => AssertFlat(Answer(result, number).Data));
    }

    [Theory]
    [InlineData(Wire.FailureAction.MaskFrame)]
    [InlineData(Wire.FailureAction.WithholdFrame)]
    public async Task An_answer_of_the_model_that_comes_late_lets_nothing_out(Wire.FailureAction onFailure)
    {
        await using var hasty = new FaultyNode(TimeSpan.FromMilliseconds(500));
        await hasty.InitializeAsync();

        var result = await RunAsync(Fault.Late.Name, onFailure, hasty.Client);

        Assert.Null(result.Refusal);
        var (record, data) = Answer(result, Bad);
        Assert.Equal(Wire.Reason.DetectorLate, record.Reason);
        if (onFailure == Wire.FailureAction.MaskFrame)
        {
            AssertFlat(data);
        }
        else
        {
            Assert.Empty(data);
        }

        // On a busy machine others may be late as well, and are as closed.
        AssertNoFaceIn(result, Frames);
    }

    [Fact]
    public async Task A_still_on_which_the_model_fails_comes_back_flat()
    {
        using var painted = PixelImage.CopyOf(PixelLayout.Bgra32, DrawnClip.Width, DrawnClip.Height, Painted(0, Fault.NotANumber.Name));
        var picture = new SkiaStillCodec().Encode(painted, new StillTraits(StillFormat.Png));

        var answer = await node.Client.DeidentifyImageAsync(new Wire.DeidentifyImageRequest { Image = ByteString.CopyFrom(picture) });

        var record = Wire.DeidentificationRecord.Parser.ParseFrom(answer.Record);
        Assert.Equal((Wire.Decision.FrameMasked, Wire.Reason.DetectorFailed), (record.Decision, record.Reason));
        using var decoded = new SkiaStillCodec().Decode(answer.Image.Span, new());
        AssertFlat(decoded.Image!.Bytes);
    }

    private Task<StreamResult> RunAsync(string fault, Wire.FailureAction onFailure, Wire.Deidentification.DeidentificationClient? client = null)
    {
        var open = DrawnClip.Open();
        open.Open.OnFailure = onFailure;
        var frames = Enumerable.Range(0, Frames).Select(number => number == Bad ? Sent(number, Painted(number, fault)) : _clip.Frame(number));
        return StreamCall.RunAsync(client ?? node.Client, frames.Prepend(open));
    }

    private byte[] Painted(int number, string name)
    {
        var fault = Fault.All.Single(fault => fault.Name == name);
        var bytes = _clip.Bytes(number, Wire.FrameFormat.Bgra32);

        // One pixel is seen by the finest pass only: seconds of work once, not in every pass.
        fault.Paint(bytes, DrawnClip.Width, 20, 20, side: fault == Fault.Late ? 1 : 8);
        return bytes;
    }

    private byte[] Blind(string blindness)
    {
        var bytes = _clip.Bytes(Bad, Wire.FrameFormat.Bgra32);
        if (blindness == "blurred")
        {
            return Blurred(bytes, radius: 40);
        }

        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] = at % 4 == 3 ? (byte)255 : blindness switch
            {
                "dark" => (byte)(bytes[at] >> 4),
                "bright" => (byte)(240 + (bytes[at] >> 4)),
                _ => (byte)(126 + (bytes[at] >> 6)),
            };
        }

        return bytes;
    }

    /// <summary>A box blur in both directions, twice.</summary>
    private static byte[] Blurred(byte[] bytes, int radius)
    {
        for (var pass = 0; pass < 4; pass++)
        {
            var (length, step, lines, lineStep) = pass % 2 == 0 ? (DrawnClip.Width, 4, DrawnClip.Height, 4 * DrawnClip.Width) : (DrawnClip.Height, 4 * DrawnClip.Width, DrawnClip.Width, 4);
            var blurred = new byte[bytes.Length];
            for (var line = 0; line < lines; line++)
            {
                for (var at = 0; at < length; at++)
                {
                    var (first, last) = (Math.Max(0, at - radius), Math.Min(length - 1, at + radius));
                    for (var channel = 0; channel < 4; channel++)
                    {
                        var sum = 0;
                        for (var near = first; near <= last; near++)
                        {
                            sum += bytes[(line * lineStep) + (near * step) + channel];
                        }

                        blurred[(line * lineStep) + (at * step) + channel] = (byte)(sum / (last - first + 1));
                    }
                }
            }

            bytes = blurred;
        }

        return bytes;
    }

    private static Wire.DeidentifyStreamRequest Sent(int number, byte[] bytes) =>
        new() { Frame = new Wire.Frame { Number = (ulong)number, Timestamp = 10L * number, Data = UnsafeByteOperations.UnsafeWrap(bytes) } };

    private static (Wire.DeidentificationRecord Record, byte[] Data) Answer(StreamResult result, int number)
    {
        var answer = result.Answers.Single(answer => (answer.Frame?.Number ?? answer.Withheld.Number) == (ulong)number);
        return (Wire.DeidentificationRecord.Parser.ParseFrom(answer.Frame?.Record ?? answer.Withheld.Record), answer.Frame?.Data.ToByteArray() ?? []);
    }

    private static void AssertFlat(ReadOnlySpan<byte> data)
    {
        Assert.Equal(DrawnClip.Width * DrawnClip.Height * 4, data.Length);
        for (var at = 0; at < data.Length; at++)
        {
            Assert.True(data[at] == (at % 4 == 3 ? 255 : Flat), $"byte {at} is {data[at]}");
        }
    }

    private void AssertNoFaceIn(StreamResult result, int frames)
    {
        Assert.Equal(Enumerable.Range(0, frames).Select(number => (ulong)number), result.Numbers);
        Assert.All(
            result.Answers.Where(answer => answer.Frame is not null),
            answer => Assert.Equal(0, _clip.FacePiecesIn((int)answer.Frame.Number, answer.Frame.Data.Span, Wire.FrameFormat.Bgra32)));
    }
}
