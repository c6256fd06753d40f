using System.Text;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Video;
using Gateway.Deidentification.Video.Nut;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Video;

/// <summary>Files through real ffmpeg processes. Needs ffmpeg; without it these are skipped by name.</summary>
public sealed class VideoFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public VideoFileTests() => Ffmpeg.Require();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("out.mp4")]
    [InlineData("out.mov")]
    [InlineData("out.mkv")]
    public async Task Every_frame_comes_out_once_at_its_own_time(string target)
    {
        // Uneven times, and frames that are stored in another order than they are shown in.
        var source = Ffmpeg.Make(_folder["vfr.mp4"], [.. Ffmpeg.Picture(2), "-vf", "setpts='PTS+if(mod(N,3),0.013/TB,0)'", "-fps_mode", "passthrough", "-c:v", "libx264", "-bf", "3"]);

        var bench = new VideoBench(_folder);
        var answer = await bench.RunAsync(source, target);

        Assert.Equal((VideoOutcome.Deidentified, 50L, 0L), (answer.Outcome, answer.Counts.Answered, answer.FramesLost));
        Assert.Equal(Ffmpeg.Times(source), Ffmpeg.Times(_folder[target]), (expected, actual) => Math.Abs(expected - actual) <= 0.0011);
        Assert.Equal(Enumerable.Range(1, 50).Select(number => (ulong)number), bench.Records.Select(record => record.FrameNumber));
    }

    [Fact]
    public async Task What_was_masked_is_masked_in_every_frame_that_can_be_decoded()
    {
        var source = Ffmpeg.Make(_folder["in.mp4"], [.. Ffmpeg.Picture(), "-c:v", "libx264", "-crf", "10"]);

        var bench = new VideoBench(_folder);
        await bench.RunAsync(source, "out.mp4");

        var (before, after) = (Ffmpeg.Frames(source, _folder), Ffmpeg.Frames(_folder["out.mp4"], _folder));
        Assert.Equal(before.Length, after.Length);
        const int frameBytes = 192 * 128 * 3 / 2;
        for (var frame = 0; frame < 25; frame++)
        {
            // The mask covers more than the box; in it the picture's detail is gone, beside it the picture stays.
            Assert.True(Detail(after, frame * frameBytes, 44, 34) < Detail(before, frame * frameBytes, 44, 34) / 3, $"frame {frame}");
            Assert.True(Detail(after, frame * frameBytes, 140, 80) > Detail(before, frame * frameBytes, 140, 80) / 2, $"frame {frame}");
        }

        Assert.All(bench.Records, record => Assert.Equal(Decision.RegionsMasked, record.Decision));
    }

    [Fact]
    public async Task A_face_is_counted_once_also_when_a_frame_between_was_closed()
    {
        var source = Ffmpeg.Make(_folder["in.mp4"], [.. Ffmpeg.Picture(), "-c:v", "libx264"]);

        var answer = await new VideoBench(_folder, new FixedDetector(new RegionBox(40, 30, 40, 40), failingCall: 20)).RunAsync(source, "out.mp4");

        Assert.Equal((25L, 1L, 1L), (answer.Counts.Answered, answer.Counts.Masked, answer.Tracks));
    }

    [Fact]
    public async Task Nothing_that_the_container_carried_beside_the_picture_is_in_the_output()
    {
        var words = _folder.Write("words.srt", "1\n00:00:00,000 --> 00:00:01,000\nplanted-secret-subtitle\n"u8);
        var chapters = _folder.Write("chapters.txt", ";FFMETADATA1\ntitle=planted-secret-title\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=1\ntitle=planted-secret-chapter\n"u8);
        var cover = Ffmpeg.Make(_folder["cover.jpg"], [.. Ffmpeg.Picture(0.04), "-frames:v", "1"]);
        var attachment = _folder.Write("planted-secret-file.txt", "planted-secret-attachment"u8);
        var source = Ffmpeg.Make(
            _folder["in.mkv"],
            [
                .. Ffmpeg.Picture(), "-f", "lavfi", "-i", "sine=duration=1", "-i", words, "-i", chapters, "-i", cover, "-map", "0", "-map", "1", "-map", "2", "-map", "4", "-map_metadata", "3", "-c:v:0", "libx264", "-c:v:1", "copy",
                "-disposition:v:1", "attached_pic", "-metadata", "comment=planted-secret-comment", "-metadata", "location=planted-secret-place", "-metadata:s:v:0", "title=planted-secret-track", "-metadata:s:v:0", "encoder=planted-secret-camera",
                "-metadata:s:a:0", "language=kor", "-attach", attachment, "-metadata:s:t", "mimetype=text/plain",
            ]);
        Assert.Contains("planted-secret-", Text(source), StringComparison.Ordinal);

        foreach (var target in (string[])["out.mkv", "out.mp4", "out.mov"])
        {
            Assert.Equal(VideoOutcome.Deidentified, (await new VideoBench(_folder).RunAsync(source, target)).Outcome);

            Assert.DoesNotContain("planted-secret-", Text(_folder[target]), StringComparison.Ordinal);
            Assert.DoesNotMatch("Lav[fc][0-9]", Text(_folder[target]));
            Assert.DoesNotContain("x264 - core", Text(_folder[target]), StringComparison.Ordinal);
            Assert.Equal(["video"], Ffmpeg.Probe(_folder[target], "stream=codec_type"));
            Assert.Empty(Ffmpeg.Probe(_folder[target], "chapter=start"));
        }
    }

    [Theory]
    [InlineData(AudioHandling.Drop, 0, SoundTreatment.Dropped)]
    [InlineData(AudioHandling.Keep, 1, SoundTreatment.Kept)]
    [InlineData(AudioHandling.Tone, 1, SoundTreatment.Tone)]
    public async Task Sound_is_treated_as_was_said_and_the_answer_says_so(AudioHandling audio, int tracks, SoundTreatment treatment)
    {
        var source = Ffmpeg.Make(_folder["in.mp4"], [.. Ffmpeg.Picture(), "-f", "lavfi", "-i", "anoisesrc=duration=1:seed=3:amplitude=0.5", "-map", "0", "-map", "1", "-metadata:s:a:0", "title=planted-secret-voice"]);

        var answer = await new VideoBench(_folder).RunAsync(source, "out.mp4", job => job with { Audio = audio });

        Assert.Equal((VideoOutcome.Deidentified, treatment), (answer.Outcome, answer.Sound));
        Assert.Equal(tracks, Ffmpeg.Probe(_folder["out.mp4"], "stream=codec_type").Count(type => type == "audio"));
        Assert.DoesNotContain("planted-secret-", Text(_folder["out.mp4"]), StringComparison.Ordinal);
        if (tracks == 1)
        {
            // A tone crosses zero 880 times a second, noise many thousand times.
            var samples = Samples(_folder["out.mp4"]);
            var crossings = samples.Zip(samples.Skip(1)).Count(pair => (pair.First < 0) != (pair.Second < 0)) / (samples.Count / 48_000.0);
            Assert.InRange(samples.Count, 46_000, 51_000);
            Assert.Equal(audio == AudioHandling.Keep, crossings > 2_000);
        }
    }

    [Fact]
    public async Task Rotation_is_baked_in()
    {
        var flat = Ffmpeg.Make(_folder["flat.mp4"], [.. Ffmpeg.Picture(0.4), "-c:v", "libx264"]);
        var source = Ffmpeg.Make(_folder["turned.mp4"], "-i", flat, "-c", "copy", "-metadata:s:v:0", "rotate=90");
        Assert.NotEmpty(Ffmpeg.Probe(source, "stream_side_data=rotation"));

        Assert.Equal(VideoOutcome.Deidentified, (await new VideoBench(_folder).RunAsync(source, "out.mp4")).Outcome);

        Assert.Equal(["128,192"], Ffmpeg.Probe(_folder["out.mp4"], "stream=width,height"));
        Assert.DoesNotContain(Ffmpeg.Probe(_folder["out.mp4"], "stream_side_data=rotation"), line => line.Contains("90", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Odd_sides_and_other_layouts_are_taken_in()
    {
        var source = Ffmpeg.Make(_folder["odd.mkv"], ["-f", "lavfi", "-i", "testsrc=size=99x65:rate=25:duration=0.2", "-c:v", "ffv1", "-pix_fmt", "yuv444p10le"]);

        Assert.Equal(VideoOutcome.Deidentified, (await new VideoBench(_folder).RunAsync(source, "out.mp4")).Outcome);

        Assert.Equal(["100,66"], Ffmpeg.Probe(_folder["out.mp4"], "stream=width,height"));
    }

    [Theory]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{0}\n#EXT-X-ENDLIST\n")]
    [InlineData("ffconcat version 1.0\nfile {0}\n")]
    public async Task A_playlist_that_names_other_files_is_no_video(string playlist)
    {
        var other = Ffmpeg.Make(_folder["other.ts"], [.. Ffmpeg.Picture(), "-c:v", "libx264"]);
        var source = _folder.Write("in.mp4", Encoding.ASCII.GetBytes(playlist.Replace("{0}", other, StringComparison.Ordinal)));

        Assert.Equal(VideoOutcome.NoVideo, (await new VideoBench(_folder).RunAsync(source, "out.mp4")).Outcome);
    }

    [Fact]
    public async Task What_is_no_video_is_refused()
    {
        var sound = Ffmpeg.Make(_folder["sound.m4a"], "-f", "lavfi", "-i", "sine=duration=1");
        string[] sources = [sound, _folder.Write("empty.mp4", []), _folder.Write("noise.mp4", new SeededGenerator(3).Bytes(50_000))];

        foreach (var source in sources)
        {
            Assert.Equal(VideoOutcome.NoVideo, (await new VideoBench(_folder).RunAsync(source, "out.mp4")).Outcome);
        }
    }

    [Fact]
    public async Task An_ending_that_does_not_keep_times_and_an_encoder_that_is_not_there_are_refused_by_name()
    {
        var source = Ffmpeg.Make(_folder["in.mp4"], [.. Ffmpeg.Picture(0.2), "-c:v", "libx264"]);

        Assert.Equal(VideoOutcome.ContainerUnknown, (await new VideoBench(_folder).RunAsync(source, "out.avi")).Outcome);
        var refused = await new VideoBench(_folder).RunAsync(source, "out.mp4", job => job with { Encoder = "no_such_encoder" });
        Assert.Equal(VideoOutcome.EncoderUnknown, refused.Outcome);
        Assert.Contains("libx264", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(VideoOutcome.EncoderUnknown, (await new VideoBench(_folder).RunAsync(source, "out.webm", job => job with { Encoder = "libx264" })).Outcome);
    }

    [Fact]
    public async Task A_file_of_an_encoder_in_hardware_that_is_not_there_is_refused_and_not_begun()
    {
        var source = Ffmpeg.Make(_folder["in.mp4"], [.. Ffmpeg.Picture(0.2), "-c:v", "libx264"]);

        var refused = await new VideoBench(_folder).RunAsync(source, "out.mp4", job => job with { Encoder = "h264_v4l2m2m" });

        Assert.Contains(refused.Outcome, new[] { VideoOutcome.EncoderFailed, VideoOutcome.EncoderUnknown });
    }

    [Fact]
    public async Task Cancelling_leaves_nothing()
    {
        var source = Ffmpeg.Make(_folder["in.mp4"], [.. Ffmpeg.Picture(20), "-c:v", "libx264", "-preset", "ultrafast"]);
        using var cancellation = new CancellationTokenSource();
        var bench = new VideoBench(_folder);
        var running = bench.RunAsync(source, "out.mp4", cancellationToken: cancellation.Token);
        await Eventually.BeTrueAsync(() => bench.Records.Count > 10, "ten frames");

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.False(File.Exists(_folder["out.mp4"]));
    }

    [Fact]
    public async Task A_decoder_that_stands_still_is_ended()
    {
        var source = Ffmpeg.Make(_folder["in.mp4"], [.. Ffmpeg.Picture(0.2), "-c:v", "libx264"]);
        var tools = await WithAsync("""case "$*" in *pipe:1*) exec sleep 600;; esac""");

        var answer = await new VideoBench(_folder).RunAsync(source, "out.mp4", job => job with { StallTimeout = TimeSpan.FromSeconds(2) }, tools);

        Assert.Equal(VideoOutcome.DecoderFailed, answer.Outcome);
    }

    [Theory]
    [InlineData("""case "$*" in *pipe:1*) "$REAL" "$@" | head -c 300000; kill -SEGV $$;; esac""", VideoOutcome.DecoderFailed)]
    [InlineData("""case "$*" in *pipe:1*) "$REAL" "$@" | head -c 300000; exit 0;; esac""", VideoOutcome.DecoderFailed)]
    [InlineData("""case "$*" in *pipe:0*) head -c 300000 > /dev/null; kill -SEGV $$;; esac""", VideoOutcome.EncoderFailed)]
    [InlineData("""case "$*" in *pipe:0*) cat > /dev/null; exit 1;; esac""", VideoOutcome.EncoderFailed)]
    public async Task A_tool_that_dies_in_the_middle_leaves_no_output(string script, VideoOutcome expected)
    {
        var source = Ffmpeg.Make(_folder["in.mp4"], [.. Ffmpeg.Picture(), "-c:v", "libx264"]);

        Assert.Equal(expected, (await new VideoBench(_folder).RunAsync(source, "out.mp4", tools: await WithAsync(script))).Outcome);
    }

    [Fact]
    public async Task An_encoder_that_dies_early_in_a_long_video_does_not_hold_the_run()
    {
        var source = Ffmpeg.Make(_folder["in.mp4"], [.. Ffmpeg.Picture(20), "-c:v", "libx264", "-preset", "ultrafast"]);
        var tools = await WithAsync("""case "$*" in *pipe:0*) exit 1;; esac""");

        var answer = await new VideoBench(_folder).RunAsync(source, "out.mp4", tools: tools).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(VideoOutcome.EncoderFailed, answer.Outcome);
    }

    [Fact]
    public async Task A_time_stamp_before_zero_is_refused_with_a_word_on_it()
    {
        var source = Ffmpeg.Make(_folder["in.mp4"], [.. Ffmpeg.Picture(), "-c:v", "libx264"]);
        using var decoded = new MemoryStream();
        var writer = new NutWriter(decoded, new NutVideo(192, 128, new Fraction(1, 25), new Fraction(1, 1)));
        writer.WriteHeaders();
        var frame = new byte[192 * 128 * 3 / 2];
        writer.WriteFrame(0, frame);
        var bytes = decoded.ToArray();

        // The low bits of a time stamp 28 units before the last one, where those of 0 stood: before size, checksum and frame.
        (bytes[^(frame.Length + 9)], bytes[^(frame.Length + 8)]) = (0x80, 0x64);
        var tools = await WithAsync($"""case "$*" in *pipe:1*) exec cat {_folder.Write("before-zero.nut", bytes)};; esac""");

        var answer = await new VideoBench(_folder).RunAsync(source, "out.mp4", tools: tools);

        Assert.Equal(VideoOutcome.DecoderFailed, answer.Outcome);
        Assert.Contains("time stamp", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_fails_to_keep_a_record_ends_the_run_with_that_and_leaves_nothing()
    {
        var source = Ffmpeg.Make(_folder["in.mp4"], [.. Ffmpeg.Picture(20), "-c:v", "libx264", "-preset", "ultrafast"]);
        var bench = new VideoBench(_folder) { Seen = record => throw new UnauthorizedAccessException("records") };

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => bench.RunAsync(source, "out.mp4").WaitAsync(TimeSpan.FromMinutes(1)));

        Assert.Equal(["in.mp4"], Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task An_encoder_that_drops_frames_is_found_out()
    {
        var source = Ffmpeg.Make(_folder["in.mp4"], [.. Ffmpeg.Picture(), "-c:v", "libx264"]);
        var tools = await WithAsync("""case "$*" in *pipe:0*) for last; do :; done; exec "$REAL" -v error -y -f nut -i pipe:0 -vf fps=10 -c:v libx264 -f mp4 "$last";; esac""");

        Assert.Equal(VideoOutcome.OutputDiffers, (await new VideoBench(_folder).RunAsync(source, "out.mp4", tools: tools)).Outcome);
    }

    [Fact]
    public async Task Tools_run_under_limits_and_know_nothing_of_our_environment()
    {
        Environment.SetEnvironmentVariable("GATEWAY_TEST_SECRET", "planted-secret-environment");

        var answer = await ToolProcess.AskAsync(
            "/bin/sh", ["-c", "ulimit -v; ulimit -t; ulimit -f; ulimit -c; env"], new ToolLimits(512L << 20, TimeSpan.FromSeconds(7), 4096), TimeSpan.FromSeconds(30), default);

        Assert.StartsWith("524288\n7\n8\n0\n", answer.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("planted-secret", answer.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("HOME=", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_ffmpeg_the_answer_says_so() =>
        Assert.Equal((null, VideoOutcome.ToolAbsent), await MediaTools.FindAsync(_folder.Path, default));

    /// <summary>Mean step between neighbouring samples of brightness in a square of 24.</summary>
    private static double Detail(byte[] frames, int offset, int left, int top)
    {
        var sum = 0;
        for (var y = top; y < top + 24; y++)
        {
            for (var x = left; x < left + 24; x++)
            {
                sum += Math.Abs(frames[offset + (y * 192) + x] - frames[offset + (y * 192) + x + 1]);
            }
        }

        return sum / (24.0 * 24);
    }

    private static string Text(string path) => Encoding.Latin1.GetString(File.ReadAllBytes(path));

    private List<short> Samples(string path)
    {
        var raw = Ffmpeg.Make(_folder["sound.raw"], "-i", path, "-map", "0:a:0", "-ac", "1", "-ar", "48000", "-f", "s16le");
        var bytes = File.ReadAllBytes(raw);
        return [.. Enumerable.Range(0, bytes.Length / 2).Select(index => BitConverter.ToInt16(bytes, 2 * index))];
    }

    /// <summary>Real tools behind a script that takes over for some of their command lines.</summary>
    private async Task<MediaTools> WithAsync(string script)
    {
        var (tools, _) = await MediaTools.FindAsync(null, default);
        var path = _folder.Write("ffmpeg-script", Encoding.UTF8.GetBytes($"#!/bin/sh\nPATH=/usr/bin:/bin\nREAL={tools!.Ffmpeg}\n{script}\nexec \"$REAL\" \"$@\"\n"));
        ForeignTool.Run("chmod", "+x", path);
        return tools with { Ffmpeg = path };
    }
}
