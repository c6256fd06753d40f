using System.Diagnostics;
using System.Globalization;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Isolation;
using Gateway.Server.Commands;
using Gateway.TestKit;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.Deidentification;

/// <summary>Pictures that kill or hold their decoder, through real worker processes of the program as it was built.</summary>
[Collection(MediaNodeGroup.Name)]
public sealed class DecodeWorkerTests(MediaNode node)
{
    private const int LargeSide = 6_000;

    private static readonly SkiaStillCodec Here = new();
    private static readonly DecodeWorkerOptions Options = DecodeWorkerCommand.Options(TimeSpan.FromSeconds(60)) with { WorkersMax = 1 };
    private static readonly Lazy<byte[]> LargeFile = new(MakeLarge);

    [Theory]
    [InlineData(StillFormat.Jpeg)]
    [InlineData(StillFormat.Png)]
    [InlineData(StillFormat.WebP)]
    public void A_worker_answers_the_very_pixels_and_outcomes_of_the_decoder_in_this_process(StillFormat format)
    {
        using var workers = new DecodeWorkers(Options, NullLogger.Instance);
        var there = new SkiaStillCodec(workers);
        var file = Small(format);

        for (var length = 1; length <= file.Length; length += Math.Max(1, file.Length / 20))
        {
            using var expected = Here.Decode(file.AsSpan(0, length), new MediaLimits());
            using var actual = there.Decode(file.AsSpan(0, length), new MediaLimits());
            Assert.Equal(expected.Outcome, actual.Outcome);
        }

        using var whole = Here.Decode(file, new MediaLimits());
        using var isolated = there.Decode(file, new MediaLimits());
        Assert.Equal(whole.Image!.Bytes, isolated.Image!.Bytes);
    }

    [Fact]
    public async Task A_worker_that_is_killed_in_the_middle_of_a_picture_costs_that_picture_only()
    {
        var log = new CollectedLog();
        using var workers = new DecodeWorkers(Options, log.CreateLogger(""));
        var codec = new SkiaStillCodec(workers);
        Assert.Equal(MediaOutcome.Decoded, Outcome(codec, Small(StillFormat.Png)));

        var decoding = Task.Run(() => Outcome(codec, LargeFile.Value));
        await Eventually.BeTrueAsync(() => workers.BusyProcesses.Count == 1, "a worker that decodes");
        using var worker = Process.GetProcessById(workers.BusyProcesses.Single());
        worker.Kill();

        Assert.Equal(MediaOutcome.DecoderFailed, await decoding);
        Assert.True(log.Has("WorkerLost"));
        Assert.Equal(MediaOutcome.Decoded, Outcome(codec, Small(StillFormat.Png)));
    }

    [Fact]
    public void A_picture_that_takes_too_long_is_refused_and_the_next_gets_another_worker()
    {
        using var workers = new DecodeWorkers(Options with { DecodeTimeout = TimeSpan.FromMilliseconds(20) }, NullLogger.Instance);
        var codec = new SkiaStillCodec(workers);

        Assert.Equal(MediaOutcome.DecoderFailed, Outcome(codec, LargeFile.Value));
        Assert.Empty(workers.BusyProcesses);

        using var patient = new DecodeWorkers(Options, NullLogger.Instance);
        Assert.Equal(MediaOutcome.Decoded, Outcome(new SkiaStillCodec(patient), LargeFile.Value));
    }

    [Fact]
    public void A_picture_that_needs_more_memory_than_a_worker_may_have_kills_it_and_nobody_else()
    {
        // 36 million pixels take 144 MB; the worker may have 96.
        var log = new CollectedLog();
        using var workers = new DecodeWorkers(Options with { MemoryBytesMax = 96L << 20 }, log.CreateLogger(""));
        var codec = new SkiaStillCodec(workers);

        Assert.Equal(MediaOutcome.DecoderFailed, Outcome(codec, LargeFile.Value));
        Assert.True(log.Has("WorkerLost"));
        Assert.Equal(MediaOutcome.Decoded, Outcome(codec, Small(StillFormat.Jpeg)));
    }

    [Fact]
    public async Task A_worker_is_under_limits_when_it_decodes()
    {
        using var workers = new DecodeWorkers(Options, NullLogger.Instance);
        Assert.Equal(MediaOutcome.Decoded, Outcome(new SkiaStillCodec(workers), Small(StillFormat.Png)));
        var decoding = Task.Run(() => Outcome(new SkiaStillCodec(workers), LargeFile.Value));
        await Eventually.BeTrueAsync(() => workers.BusyProcesses.Count == 1, "a worker that decodes");
        var id = workers.BusyProcesses.Single().ToString(CultureInfo.InvariantCulture);

        var limits = (await File.ReadAllLinesAsync($"/proc/{id}/limits")).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();

        Assert.Equal(MediaOutcome.Decoded, await decoding);
        Assert.Contains("Max file size 0 0 bytes", limits);
        Assert.Contains("Max core file size 0 0 bytes", limits);
        Assert.DoesNotContain(limits, line => line.StartsWith("Max address space unlimited", StringComparison.Ordinal) || line.StartsWith("Max cpu time unlimited", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/bin/cat")]
    [InlineData("/bin/false")]
    [InlineData("/nowhere/gateway")]
    public void A_program_that_is_no_worker_gives_no_picture(string program)
    {
        using var workers = new DecodeWorkers(new DecodeWorkerOptions(program, []), NullLogger.Instance);

        Assert.Equal(MediaOutcome.DecoderFailed, Outcome(new SkiaStillCodec(workers), Small(StillFormat.Png)));
    }

    [Fact]
    public async Task A_node_whose_decoder_is_killed_refuses_that_image_and_answers_the_next()
    {
        var workers = node.Node.State.Media!.Decoders!;
        var sending = Task.Run(() => SendAsync(LargeFile.Value));
        await Eventually.BeTrueAsync(() => workers.BusyProcesses.Count > 0, "a worker that decodes");
        using var worker = Process.GetProcessById(workers.BusyProcesses.First());
        worker.Kill();

        await Refusals.OfAsync(() => sending, StatusCode.InvalidArgument, "IMAGE_DECODER_FAILED");
        Assert.Equal(Wire.ImageFormat.Png, (await SendAsync(Small(StillFormat.Png))).Format);
    }

    private static MediaOutcome Outcome(SkiaStillCodec codec, byte[] file)
    {
        using var decoding = codec.Decode(file, new MediaLimits());
        return decoding.Outcome;
    }

    private static byte[] Small(StillFormat format)
    {
        using var image = PixelImage.Create(PixelLayout.Bgra32, 64, 48);
        new SeededGenerator(5).Fill(image.Bytes);
        return Here.Encode(image, new StillTraits(format));
    }

    /// <summary>A file that takes a while to decode: large, and flat so that it is short.</summary>
    private static byte[] MakeLarge()
    {
        using var image = PixelImage.Create(PixelLayout.Bgra32, LargeSide, LargeSide);
        image.Bytes.Fill(0x80);
        return Here.Encode(image, new StillTraits(StillFormat.Png));
    }

    private Task<Wire.DeidentifyImageResponse> SendAsync(byte[] file) =>
        node.Client.DeidentifyImageAsync(new Wire.DeidentifyImageRequest { Image = ByteString.CopyFrom(file) }).ResponseAsync;
}
