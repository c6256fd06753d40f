using Gateway.Deidentification.Video.Nut;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Video;

public sealed class NutTests
{
    private const int Width = 32;
    private const int Height = 18;
    private const int FrameBytes = Width * Height * 3 / 2;
    private const int Mutations = 3_000;

    private static readonly NutVideo Video = new(Width, Height, new Fraction(1, 12_800), new Fraction(10675, 10672));

    [Fact]
    public void What_is_written_is_what_is_read()
    {
        long[] timestamps = [0, 1, 512, 513, 100_000, 100_001, int.MaxValue, 1L << 50];
        var file = Write(timestamps);

        var (video, frames) = Read(file);

        Assert.Equal(Video, video);
        Assert.Equal(timestamps, frames.Select(frame => frame.Timestamp));
        Assert.All(frames, (frame, index) => Assert.Equal(Frame(index), frame.Bytes));
    }

    [Fact]
    public void Ffmpeg_reads_what_is_written_with_every_time_stamp()
    {
        Ffmpeg.Require();
        using var folder = new TempFolder();
        long[] timestamps = [0, 512, 600, 5_000, 5_001, 12_800, 1_000_000];
        var path = folder.Write("written.nut", Write(timestamps));

        Assert.Equal(timestamps.Select(timestamp => (double)timestamp / 12_800), Ffmpeg.Times(path), (expected, actual) => Math.Abs(expected - actual) < 1e-6);
        Assert.Equal(["I420,32,18,10675:10672"], Ffmpeg.Probe(path, "stream=codec_tag_string,width,height,sample_aspect_ratio"));
        Assert.Equal(timestamps.SelectMany((_, index) => Frame(index)), Ffmpeg.Frames(path, folder));
    }

    [Theory]
    [InlineData("setpts=PTS")]
    [InlineData("setpts=PTS+random(0)*0.9/25/TB")]
    [InlineData("setpts=PTS*1000")]
    public void What_ffmpeg_writes_is_read_with_every_time_stamp(string filter)
    {
        Ffmpeg.Require();
        using var folder = new TempFolder();
        var path = Ffmpeg.Make(folder["ffmpeg.nut"], [.. Ffmpeg.Picture(1, 64, 32), "-vf", filter, "-fps_mode", "passthrough", "-enc_time_base", "-1", "-c:v", "rawvideo", "-pix_fmt", "yuv420p", "-f", "nut"]);

        var (video, frames) = Read(File.ReadAllBytes(path));

        Assert.Equal((64, 32, 25), (video.Width, video.Height, frames.Count));
        Assert.Equal(
            Ffmpeg.Times(path), frames.Select(frame => frame.Timestamp * (double)video.TimeBase.Numerator / video.TimeBase.Denominator), (expected, actual) => Math.Abs(expected - actual) < 1e-5);
        Assert.Equal(Ffmpeg.Frames(path, folder), frames.SelectMany(frame => frame.Bytes));
    }

    [Fact]
    public void A_pipe_that_ends_anywhere_but_between_frames_is_refused()
    {
        var file = Write([0, 1, 2]);
        var whole = 0;
        for (var length = 0; length < file.Length; length++)
        {
            if (Record.Exception(() => Read(file[..length])) is { } thrown)
            {
                Assert.IsType<InvalidDataException>(thrown);
            }
            else
            {
                whole++;
            }
        }

        // Behind the headers and behind the first and second frame, each with the syncpoint that follows or without it.
        Assert.Equal(6, whole);
    }

    [Fact]
    public void Damage_anywhere_in_the_headers_is_refused_or_harmless_and_costs_no_memory()
    {
        var file = Write([0, 1, 2]);
        var generator = new SeededGenerator(5);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Mutations; round++)
        {
            var damaged = file.ToArray();
            for (var flip = generator.Next(1, 5); flip > 0; flip--)
            {
                damaged[generator.Next(0, 200)] ^= (byte)generator.Next(1, 256);
            }

            if (Record.Exception(() => Read(damaged)) is { } thrown)
            {
                Assert.IsType<InvalidDataException>(thrown);
            }
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Mutations, 0, 512 * 1024);
    }

    [Theory]
    [InlineData("size")]
    [InlineData("header")]
    [InlineData("endless")]
    public void A_length_beyond_its_bound_is_refused_before_anything_is_read_for_it(string kind)
    {
        var file = Write([]);
        byte[] tail = kind switch
        {
            // A frame that claims 2^40 bytes, a packet that claims 2^40 bytes, a number without an end.
            "size" => [0, 0x69, 0x81, 0x00, 0xA0, 0x80, 0x80, 0x80, 0x80, 0x00],
            "header" => [0x4E, 0x49, 0xAB, 0x68, 0xB5, 0x96, 0xBA, 0x78, 0xA0, 0x80, 0x80, 0x80, 0x80, 0x00],
            _ => [0, .. Enumerable.Repeat((byte)0xFF, 40)],
        };

        Assert.Throws<InvalidDataException>(() => Read([.. file, .. tail]));
    }

    [Theory]
    [InlineData(new byte[] { 0x80, 0x64 })]
    [InlineData(new byte[] { 0xA0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F })]
    public void A_time_stamp_below_zero_or_absurdly_late_is_refused(byte[] coded)
    {
        // Behind it: the size in two bytes, a checksum in four, the frame.
        var file = Write([0]);
        var at = file.Length - FrameBytes - 8;
        Assert.Equal(new byte[] { 0x81, 0x00 }, file[at..(at + 2)]);

        var refused = Assert.Throws<InvalidDataException>(() => Read([.. file[..at], .. coded, .. file[(at + 2)..]]));

        Assert.Contains("time stamp", refused.Message, StringComparison.Ordinal);
    }

    private static byte[] Frame(int index) => new SeededGenerator((ulong)index + 1).Bytes(FrameBytes);

    private static byte[] Write(long[] timestamps)
    {
        using var output = new MemoryStream();
        var writer = new NutWriter(output, Video);
        writer.WriteHeaders();
        for (var index = 0; index < timestamps.Length; index++)
        {
            writer.WriteFrame(timestamps[index], Frame(index));
        }

        return output.ToArray();
    }

    private static (NutVideo Video, List<(long Timestamp, byte[] Bytes)> Frames) Read(byte[] file)
    {
        var reader = new NutReader(new MemoryStream(file));
        var video = reader.ReadHeaders();
        var frames = new List<(long, byte[])>();
        var frame = new byte[Math.Min(1 << 20, ((long)video.Width * video.Height) + (2L * ((video.Width + 1) / 2) * ((video.Height + 1) / 2)))];
        if (frame.Length < 1 << 20)
        {
            while (reader.ReadFrame(frame, out var timestamp))
            {
                frames.Add((timestamp, frame.ToArray()));
            }
        }

        return (video, frames);
    }
}
