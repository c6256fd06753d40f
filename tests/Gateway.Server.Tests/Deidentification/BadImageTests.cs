using Gateway.Deidentification.Media;
using Gateway.TestKit;
using Google.Protobuf;
using Grpc.Core;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.Deidentification;

[Collection(MediaNodeGroup.Name)]
public sealed class BadImageTests(MediaNode node)
{
    private const int ImageBytesMax = 32 * 1024 * 1024;

    private static readonly SkiaStillCodec Codec = new();

    [Fact]
    public Task An_empty_image_is_refused() => IsRefusedAsync([], "IMAGE_EMPTY");

    [Fact]
    public Task An_image_of_one_byte_too_many_is_refused() => IsRefusedAsync(Padded(File(StillFormat.Jpeg), ImageBytesMax + 1), "IMAGE_TOO_LARGE");

    [Fact]
    public Task A_GIF_is_refused() => IsRefusedAsync([.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0, 0x3B], "IMAGE_FORMAT_UNKNOWN");

    [Fact]
    public Task Text_is_refused() => IsRefusedAsync("not a picture at all"u8.ToArray(), "IMAGE_FORMAT_UNKNOWN");

    [Fact]
    public Task A_PNG_bomb_of_20000_by_20000_pixels_is_refused() => IsRefusedAsync(PngFile.Bomb(20_000, 20_000), "IMAGE_SIDE_TOO_LONG");

    [Fact]
    public Task A_PNG_bomb_within_the_sides_is_refused_by_its_pixels() => IsRefusedAsync(PngFile.Bomb(16_000, 16_000), "IMAGE_TOO_MANY_PIXELS");

    [Fact]
    public Task A_JPEG_that_claims_65500_pixels_a_side_is_refused()
    {
        var file = File(StillFormat.Jpeg);
        var frame = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        new byte[] { 0xFF, 0xDC, 0xFF, 0xDC }.CopyTo(file, frame + 5);

        return IsRefusedAsync(file, "IMAGE_SIDE_TOO_LONG");
    }

    [Fact]
    public Task An_animated_PNG_is_refused() => IsRefusedAsync(PngFile.Animated(File(StillFormat.Png)), "IMAGE_ANIMATED");

    [Theory]
    [InlineData(StillFormat.Jpeg)]
    [InlineData(StillFormat.Png)]
    [InlineData(StillFormat.WebP)]
    public Task A_file_cut_in_half_is_refused(StillFormat format)
    {
        var file = File(format);

        return IsRefusedAsync(file[..(file.Length / 2)], "IMAGE_TRUNCATED");
    }

    [Theory]
    [InlineData(StillFormat.Jpeg)]
    [InlineData(StillFormat.Png)]
    [InlineData(StillFormat.WebP)]
    public async Task A_file_of_which_only_the_first_bytes_are_honest_is_refused(StillFormat format)
    {
        var file = File(format);
        new SeededGenerator(7).Fill(file.AsSpan(16));

        var refusal = await Assert.ThrowsAsync<RpcException>(() => SendAsync(file));

        Refusals.Is(refusal, StatusCode.InvalidArgument, Refusals.CodeOf(refusal)!);
        Assert.StartsWith("IMAGE_", Refusals.CodeOf(refusal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_answered_or_refused_by_name_and_never_breaks_the_node()
    {
        var generator = new SeededGenerator(11);
        for (var round = 0; round < 60; round++)
        {
            var file = Small((StillFormat)(round % 3));
            file[generator.Next(0, file.Length)] ^= (byte)generator.Next(1, 256);
            file[generator.Next(0, file.Length)] ^= (byte)generator.Next(1, 256);

            if (await Record.ExceptionAsync(() => SendAsync(file)) is { } thrown)
            {
                Refusals.Is(Assert.IsType<RpcException>(thrown), StatusCode.InvalidArgument, Refusals.CodeOf((RpcException)thrown)!);
            }
        }

        node.Log.HasNoErrorsBut(MediaNode.UnreadableRequest);
    }

    [Fact]
    public async Task A_request_above_the_limit_of_the_listener_is_refused_before_it_is_read()
    {
        var message = RawCall.Message(new Wire.DeidentifyImageRequest { Image = UnsafeByteOperations.UnsafeWrap(new byte[40 * 1024 * 1024]) });

        var end = await RawCall.SendAsync(node, "DeidentifyImage", message);

        Assert.Equal(StatusCode.ResourceExhausted, end.Status);
        Refusals.TellsNothingInternal(new RpcException(new Status(end.Status, end.Detail)));
    }

    [Fact]
    public async Task A_request_that_is_no_message_is_refused()
    {
        var end = await RawCall.SendAsync(node, "DeidentifyImage", [0, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF]);

        // The framework's own words: no code of ours runs before a unary request is read.
        Assert.Equal((StatusCode.Unknown, "Exception was thrown by handler."), (end.Status, end.Detail));
    }

    [Fact]
    public async Task One_image_more_than_there_are_places_is_refused_until_one_is_done()
    {
        var places = new List<IDisposable>();
        while (node.Node.State.TakeImagePlace() is { } place)
        {
            places.Add(place);
        }

        await Refusals.OfAsync(() => SendAsync(Small(StillFormat.Png)), StatusCode.ResourceExhausted, "IMAGES_EXHAUSTED");
        places.ForEach(place => place.Dispose());

        Assert.Equal(Wire.ImageFormat.Png, (await SendAsync(Small(StillFormat.Png))).Format);
    }

    [Fact]
    public async Task Blur_is_refused_where_the_policy_does_not_allow_it() =>
        await Refusals.OfAsync(() => SendAsync(Small(StillFormat.Png), Wire.Technique.Blur, allowWeak: true), StatusCode.InvalidArgument, "TECHNIQUE_NOT_ALLOWED");

    [Fact]
    public async Task An_unknown_technique_is_refused() =>
        await Refusals.OfAsync(() => SendAsync(Small(StillFormat.Png), (Wire.Technique)77), StatusCode.InvalidArgument, "TECHNIQUE_UNKNOWN");

    private static byte[] File(StillFormat format)
    {
        var clip = new DrawnClip();
        return Codec.Encode(clip.Image(0), new StillTraits(format));
    }

    private static byte[] Small(StillFormat format)
    {
        using var image = PixelImage.Create(PixelLayout.Bgra32, 64, 48);
        new SeededGenerator(5).Fill(image.Bytes);
        return Codec.Encode(image, new StillTraits(format));
    }

    private static byte[] Padded(byte[] file, int length)
    {
        Array.Resize(ref file, length);
        return file;
    }

    private async Task IsRefusedAsync(byte[] file, string code)
    {
        await Refusals.OfAsync(() => SendAsync(file), StatusCode.InvalidArgument, code);

        var after = await SendAsync(Small(StillFormat.Png));
        Assert.Equal(Wire.ImageFormat.Png, after.Format);
    }

    private Task<Wire.DeidentifyImageResponse> SendAsync(byte[] file, Wire.Technique technique = Wire.Technique.Unspecified, bool allowWeak = false) =>
        node.Client.DeidentifyImageAsync(new Wire.DeidentifyImageRequest { Image = ByteString.CopyFrom(file), Technique = technique, AllowWeak = allowWeak }).ResponseAsync;
}
