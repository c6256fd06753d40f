using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Google.Protobuf;
using Grpc.Core;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.Deidentification;

[Collection(MediaNodeGroup.Name)]
public sealed class ExplainTests(MediaNode node)
{
    private readonly DrawnClip _clip = new();

    [Fact]
    public async Task An_image_is_explained_by_boxes_scores_classes_and_masks()
    {
        using var frame = DrawnScene.Standard().Frame();
        var image = ByteString.CopyFrom(new SkiaStillCodec().Encode(frame.Image, new StillTraits(StillFormat.Jpeg)));

        var explanation = await node.Client.ExplainAsync(new Wire.ExplainRequest { Image = image });

        Assert.Equal((Wire.Decision.RegionsMasked, Wire.Reason.Unspecified), (explanation.Decision, explanation.Reason));
        Assert.Equal(((uint)frame.Image.Width, (uint)frame.Image.Height), (explanation.Width, explanation.Height));
        Assert.All(frame.Faces, face => Assert.Contains(explanation.Regions, region =>
            region.RegionClass == Wire.RegionClass.Face && region.Score > 0.3f && region.Mask.X <= face.CenterX && region.Mask.X + region.Mask.Width >= face.CenterX));
        Assert.True(explanation.Checked);
        Assert.True(explanation.Brightness.Mean > 16 && explanation.Brightness.StandardDeviation > 4 && explanation.Brightness.Steepness > 4);
        Assert.Equal(Wire.RegionClass.Face, Assert.Single(explanation.Thresholds).RegionClass);
    }

    [Fact]
    public async Task An_explanation_is_far_too_small_to_hold_pixels()
    {
        using var frame = DrawnScene.Standard().Frame();
        var image = ByteString.CopyFrom(new SkiaStillCodec().Encode(frame.Image, new StillTraits(StillFormat.Png)));

        var explanation = await node.Client.ExplainAsync(new Wire.ExplainRequest { Image = image });

        Assert.InRange(explanation.CalculateSize(), 50, 4096);
    }

    [Fact]
    public async Task A_frame_of_an_open_stream_is_explained_to_the_backend_that_opened_it()
    {
        using var call = node.Client.DeidentifyStream();
        await call.RequestStream.WriteAsync(DrawnClip.Open());
        for (var number = 0; number < 12; number++)
        {
            await call.RequestStream.WriteAsync(_clip.Frame(number));
        }

        Assert.True(await call.ResponseStream.MoveNext(default));
        var opened = call.ResponseStream.Current.Opened;
        Assert.True(await call.ResponseStream.MoveNext(default));
        var answer = call.ResponseStream.Current.Frame;
        var record = Wire.DeidentificationRecord.Parser.ParseFrom(answer.Record);

        var explanation = await node.Client.ExplainAsync(Asked(opened.StreamHandle, answer.Number));

        Assert.Equal((record.Decision, record.Regions), (explanation.Decision, explanation.Regions));
        Assert.Equal(16, explanation.Regions[0].TrackHandle.Length);
        await call.RequestStream.CompleteAsync();
        await StreamCall.ReadAsync(call.ResponseStream);

        await Refusals.OfAsync(async () => await node.Client.ExplainAsync(Asked(opened.StreamHandle, answer.Number)), StatusCode.NotFound, "EXPLANATION_NOT_FOUND");
    }

    [Fact]
    public async Task Frames_that_nobody_has_and_questions_about_nothing_are_refused()
    {
        await Refusals.OfAsync(async () => await node.Client.ExplainAsync(Asked(ByteString.CopyFrom(new byte[16]), 0)), StatusCode.NotFound, "EXPLANATION_NOT_FOUND");
        await Refusals.OfAsync(async () => await node.Client.ExplainAsync(Asked(ByteString.CopyFrom(1, 2, 3), 0)), StatusCode.NotFound, "EXPLANATION_NOT_FOUND");
        await Refusals.OfAsync(async () => await node.Client.ExplainAsync(new Wire.ExplainRequest()), StatusCode.InvalidArgument, "SUBJECT_MISSING");
        await Refusals.OfAsync(
            async () => await node.Client.ExplainAsync(new Wire.ExplainRequest { Image = ByteString.CopyFromUtf8("no picture") }), StatusCode.InvalidArgument, "IMAGE_FORMAT_UNKNOWN");
    }

    [Fact]
    public async Task A_mapping_backend_gets_no_explanation()
    {
        var mapping = new Wire.Deidentification.DeidentificationClient(node.OpenBackend("mapping-backend"));

        await Refusals.OfAsync(async () => await mapping.ExplainAsync(new Wire.ExplainRequest()), StatusCode.PermissionDenied, "ROLE_NOT_ALLOWED");
    }

    private static Wire.ExplainRequest Asked(ByteString handle, ulong number) => new() { Frame = new Wire.ExplainFrame { StreamHandle = handle, Number = number } };
}
