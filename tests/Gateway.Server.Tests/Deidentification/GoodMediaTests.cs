using System.Security.Cryptography;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Sealing.Signatures;
using Google.Protobuf;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.Deidentification;

[Collection(MediaNodeGroup.Name)]
public sealed class GoodMediaTests(MediaNode node)
{
    /// <summary>Mean difference of a channel in a face beyond which it is another picture; coding alone stays below 6.</summary>
    private const double MaskedDifferenceMin = 12;

    private static readonly SkiaStillCodec Codec = new();

    private readonly DrawnClip _clip = new();

    [Theory]
    [InlineData(StillFormat.Jpeg, Wire.ImageFormat.Jpeg)]
    [InlineData(StillFormat.Png, Wire.ImageFormat.Png)]
    [InlineData(StillFormat.WebP, Wire.ImageFormat.Webp)]
    public async Task Every_face_of_the_drawn_scene_comes_back_masked_in_the_format_it_came_in(StillFormat format, Wire.ImageFormat expected)
    {
        using var scene = DrawnScene.Standard().Frame();
        var answer = await SendAsync(Codec.Encode(scene.Image, new StillTraits(format) { Lossless = true }));

        using var output = Codec.Decode(answer.Image.Span, new MediaLimits());
        Assert.Equal((expected, format), (answer.Format, output.Traits!.Format));
        Assert.All(scene.Faces, face => Assert.True(PixelDifference.Within(face, scene.Image, output.Image!) > MaskedDifferenceMin));
    }

    [Fact]
    public async Task The_record_of_an_image_is_signed_and_speaks_of_the_bytes_that_were_returned()
    {
        var answer = await SendAsync(Codec.Encode(_clip.Image(0), new StillTraits(StillFormat.Png)));

        var record = Wire.DeidentificationRecord.Parser.ParseFrom(answer.Record);
        Assert.Equal(answer.Record, Verified(answer.SignedRecord, ContentTypes.DeidentificationRecord));
        Assert.Equal(SHA256.HashData(answer.Image.Span), record.OutputSha256.ToByteArray());
        Assert.StartsWith("0.", record.ToolVersion, StringComparison.Ordinal);
        Assert.Equal((Wire.DataStage.Pseudonymized, Wire.ReleaseModel.NonPublic), (record.DataStage, record.ReleaseModel));
        Assert.NotEmpty(record.Model.Assessment.Set);
        Assert.All(record.Model.Assessment.Figures, figure => Assert.InRange(figure.Value, 0.5, 1));
        Assert.Equal((Wire.Decision.RegionsMasked, Wire.StrengthClass.Irreversible, "alpha"), (record.Decision, record.StrengthClass, record.Provider));
    }

    [Theory]
    [InlineData(Wire.Technique.OutsideFill)]
    [InlineData(Wire.Technique.Solid)]
    [InlineData(Wire.Technique.Mosaic)]
    public async Task The_technique_asked_for_is_the_one_in_the_record(Wire.Technique technique)
    {
        var answer = await SendAsync(Codec.Encode(_clip.Image(0), new StillTraits(StillFormat.Png)), technique);

        Assert.Equal(technique, Wire.DeidentificationRecord.Parser.ParseFrom(answer.Record).Technique);
    }

    [Theory]
    [InlineData(Wire.FrameFormat.I420)]
    [InlineData(Wire.FrameFormat.Nv12)]
    [InlineData(Wire.FrameFormat.Rgb24)]
    [InlineData(Wire.FrameFormat.Bgra32)]
    public async Task Every_raw_frame_comes_back_once_in_order_with_its_face_masked(Wire.FrameFormat format)
    {
        const int Frames = 8;

        var result = await RunAsync(Frames, format);

        Assert.Null(result.Refusal);
        Assert.Equal(Enumerable.Range(0, Frames).Select(number => ((ulong)number, 10L * number)), result.Answers.Select(answer => (answer.Frame.Number, answer.Frame.Timestamp)));
        Assert.All(result.Answers, answer => Assert.Equal(_clip.Bytes(0, format).Length, answer.Frame.Data.Length));
        Assert.All(result.Answers, answer => Assert.Equal(0, _clip.FacePiecesIn((int)answer.Frame.Number, answer.Frame.Data.Span, format)));
    }

    [Fact]
    public async Task Every_JPEG_frame_comes_back_as_a_JPEG_with_its_face_masked()
    {
        var result = await RunAsync(frames: 4, Wire.FrameFormat.Jpeg);

        Assert.Equal([0ul, 1, 2, 3], result.Numbers);
        foreach (var frame in result.Answers.Select(answer => answer.Frame))
        {
            using var output = Codec.Decode(frame.Data.Span, new MediaLimits());
            Assert.Equal(StillFormat.Jpeg, output.Traits!.Format);
            var difference = PixelDifference.Within(_clip.Face((int)frame.Number), _clip.Image((int)frame.Number), output.Image!);
            Assert.True(difference > MaskedDifferenceMin, $"frame {frame.Number} differs by {difference} in its face");
        }
    }

    [Fact]
    public async Task Numbers_with_gaps_and_negative_time_stamps_come_back_untouched()
    {
        (ulong Number, long Timestamp)[] stamps = [(7, -1_000), (8, -1_000), (1_000_000, 0), (ulong.MaxValue, long.MaxValue)];
        var frames = stamps.Select((stamp, index) =>
        {
            var request = _clip.Frame(index);
            (request.Frame.Number, request.Frame.Timestamp) = stamp;
            return request;
        });

        var result = await StreamCall.RunAsync(node.Client, frames.Prepend(DrawnClip.Open()));

        Assert.Equal(stamps, result.Answers.Select(answer => (answer.Frame.Number, answer.Frame.Timestamp)));
    }

    [Fact]
    public async Task The_signed_root_of_a_stream_is_the_one_over_the_records_as_they_were_sent()
    {
        var result = await RunAsync(frames: 7, Wire.FrameFormat.Bgra32);

        var closed = Wire.StreamRecord.Parser.ParseFrom(Verified(result.Closed!.SignedRecord, ContentTypes.StreamRecord));
        Assert.Equal((7ul, result.Opened!.StreamHandle), (closed.Frames, closed.StreamHandle));
        Assert.Equal(MerkleTree.Root([.. result.Answers.Select(answer => (ReadOnlyMemory<byte>)answer.Frame.Record.ToByteArray())]), closed.MerkleRoot.ToByteArray());
        Assert.All(result.Answers, answer => AssertRecordFits(answer.Frame, result.Opened.StreamHandle));
    }

    [Fact]
    public async Task A_stream_without_frames_ends_well_with_the_root_of_nothing()
    {
        var result = await RunAsync(frames: 0, Wire.FrameFormat.Bgra32);

        var closed = Wire.StreamRecord.Parser.ParseFrom(Verified(result.Closed!.SignedRecord, ContentTypes.StreamRecord));
        Assert.Equal(0ul, closed.Frames);
        Assert.Equal(SHA256.HashData([]), closed.MerkleRoot.ToByteArray());
    }

    [Fact]
    public async Task Answers_trail_the_frames_by_no_more_than_the_latency_that_was_told()
    {
        using var call = node.Client.DeidentifyStream();
        await call.RequestStream.WriteAsync(DrawnClip.Open());
        Assert.True(await call.ResponseStream.MoveNext(default));
        var latency = (int)call.ResponseStream.Current.Opened.LatencyFrames;

        for (var number = 0; number <= latency; number++)
        {
            await call.RequestStream.WriteAsync(_clip.Frame(number));
        }

        Assert.True(await call.ResponseStream.MoveNext(default).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(0ul, call.ResponseStream.Current.Frame.Number);
    }

    private static void AssertRecordFits(Wire.DeidentifiedFrame frame, ByteString handle)
    {
        var record = Wire.DeidentificationRecord.Parser.ParseFrom(frame.Record);
        Assert.Equal(SHA256.HashData(frame.Data.Span), record.OutputSha256.ToByteArray());
        Assert.Equal((frame.Number, frame.Timestamp, handle), (record.FrameNumber, record.Timestamp, record.StreamHandle));
    }

    private Task<StreamResult> RunAsync(int frames, Wire.FrameFormat format) =>
        StreamCall.RunAsync(node.Client, Enumerable.Range(0, frames).Select(number => _clip.Frame(number, format)).Prepend(DrawnClip.Open(format)));

    private async Task<Wire.DeidentifyImageResponse> SendAsync(byte[] file, Wire.Technique technique = Wire.Technique.Unspecified) =>
        await node.Client.DeidentifyImageAsync(new Wire.DeidentifyImageRequest { Image = ByteString.CopyFrom(file), Technique = technique });

    /// <summary>The content of a message that the node signed; its provider's root is all that is believed.</summary>
    private ByteString Verified(ByteString signed, string contentType)
    {
        var der = signed.ToByteArray();
        var result = SignedDataVerifier.Verify(der, contentType, OfflineSigners.From(der, [node.Anchors], TimeProvider.System.GetUtcNow()).Signers);
        Assert.Equal(VerifyOutcome.Verified, result.Outcome);
        return ByteString.CopyFrom(result.Message!.Content.Span);
    }
}
