using System.Globalization;

namespace Gateway.Deidentification.Video;

/// <summary>
/// The command lines. Everything that a container may hold is left out by default and the little that is wanted is asked for: an allow-list, so that
/// a kind of track or tag that nobody thought of stays behind, too.
/// </summary>
internal static class VideoArguments
{
    private const int ToneHertz = 440;
    private const int ToneSamplesPerSecond = 48_000;

    private static readonly string[] Common = ["-hide_banner", "-nostdin", "-v", "error"];

    /// <summary>No tags, no chapters, no subtitles, no data tracks, and nothing written that tells of the program or the time.</summary>
    private static readonly string[] Bare = ["-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"];

    /// <summary>Every frame once, at its own time: without these ffmpeg drops and doubles frames until they come at a fixed rate.</summary>
    private static readonly string[] Timing = ["-fps_mode", "passthrough", "-copyts", "-enc_time_base", "-1"];

    /// <summary>A local file of an allowed kind; no network, no playlist that names other files.</summary>
    public static string[] Input(string path) =>
        ["-protocol_whitelist", "file", "-format_whitelist", VideoContainer.DemuxersAllowed, "-i", "file:" + path];

    /// <summary>
    /// The first picture track that is no cover, turned upright, as I420 with the brightness range of television: what the encoder is told about it.
    /// Odd sides get one column or row more, encoders ask for even ones.
    /// </summary>
    public static string[] Decode(string source) =>
    [
        .. Common, .. Input(source), "-map", "0:V:0", "-an",
        "-vf", "scale=out_range=tv,format=yuv420p,pad=ceil(iw/2)*2:ceil(ih/2)*2", "-c:v", "rawvideo", .. Timing, .. Bare, "-f", "nut", "pipe:1",
    ];

    /// <summary>De-identified frames from the pipe into a file, with the sound that the policy allows.</summary>
    public static string[] Encode(VideoJob job, VideoFacts facts, VideoContainer container, VideoEncoder encoder, string target) =>
    [
        .. Common, "-y", "-protocol_whitelist", "pipe", "-format_whitelist", "nut", "-f", "nut", "-i", "pipe:0",
        .. facts.HasAudio ? AudioInput(job, facts) : [],
        "-map", "0:v:0", "-c:v", encoder.Name, .. encoder.Quality, .. encoder.Uploads ? [] : (string[])["-pix_fmt", encoder.PixelFormat],
        .. facts.ColourTags, "-color_range", "tv",
        .. facts.HasAudio && job.Audio != AudioHandling.Drop ? ["-map", "1:a:0", "-c:a", container.AudioEncoder, "-b:a", "160k"] : (string[])["-an"],
        .. Timing, .. Bare, "-f", container.Muxer, "file:" + target,
    ];

    /// <summary>One line a packet of the picture track: its time stamp.</summary>
    public static string[] ListTimestamps(string path) =>
        ["-v", "error", .. Input(path), "-select_streams", "v:0", "-show_entries", "packet=pts", "-of", "csv=p=0"];

    /// <summary>Types of tracks, and the time base of the picture track.</summary>
    public static string[] ListTracks(string path) =>
        ["-v", "error", .. Input(path), "-show_entries", "stream=codec_type,time_base", "-of", "csv=p=0"];

    private static string[] AudioInput(VideoJob job, VideoFacts facts) => job.Audio switch
    {
        AudioHandling.Keep => Input(job.Source),
        AudioHandling.Tone =>
        [
            "-itsoffset", Seconds(facts.Start), "-f", "lavfi", "-i",
            string.Create(CultureInfo.InvariantCulture, $"sine=frequency={ToneHertz}:sample_rate={ToneSamplesPerSecond}:duration={facts.Duration.TotalSeconds:F3}"),
        ],
        _ => [],
    };

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("F6", CultureInfo.InvariantCulture);
}
