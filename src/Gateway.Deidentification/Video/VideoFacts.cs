using System.Globalization;
using System.Text.Json;

namespace Gateway.Deidentification.Video;

/// <summary>What a source says of itself, as far as it is believed: enough for limits, progress and the meaning of its colours.</summary>
/// <param name="Frames">Packets of the picture track; about as many frames.</param>
/// <param name="HasAudio">True where there is sound.</param>
/// <param name="Duration">Length; zero where unknown.</param>
/// <param name="Start">Where its time begins.</param>
/// <param name="ColourTags">Arguments that tell an encoder what the colours mean.</param>
internal sealed record VideoFacts(long Frames, bool HasAudio, TimeSpan Duration, TimeSpan Start, IReadOnlyList<string> ColourTags)
{
    private const double SecondsMax = 30 * 24 * 3600;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Names that may go from a source to a command line: an allow-list, as everything that comes from a hostile file.</summary>
    private static readonly (string Property, string Option, string[] Allowed)[] Colours =
    [
        ("color_space", "-colorspace", ["bt709", "smpte170m", "bt470bg", "bt2020nc"]),
        ("color_primaries", "-color_primaries", ["bt709", "smpte170m", "bt470bg", "bt470m", "bt2020", "smpte432"]),
        ("color_transfer", "-color_trc", ["bt709", "smpte170m", "iec61966-2-1", "bt2020-10", "bt2020-12", "smpte2084", "arib-std-b67"]),
    ];

    /// <summary>Asks ffprobe; null where there is no picture track that can be read.</summary>
    public static async Task<VideoFacts?> ReadAsync(MediaTools tools, string source, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "-v", "quiet", .. VideoArguments.Input(source), "-count_packets", "-show_entries",
            "stream=codec_type,nb_read_packets,duration,start_time,color_space,color_primaries,color_transfer:stream_disposition=attached_pic:format=duration,start_time",
            "-of", "json",
        ];
        var answer = await ToolProcess.AskAsync(tools.Ffprobe, arguments, ToolLimits.Probe, Patience, cancellationToken);
        try
        {
            using var document = JsonDocument.Parse(answer.Output);
            return answer.ExitCode == 0 ? Read(document.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static VideoFacts? Read(JsonElement root)
    {
        if (!root.TryGetProperty("streams", out var streams) || streams.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var all = streams.EnumerateArray().ToList();
        var video = all.Find(stream => Text(stream, "codec_type") == "video" && !IsPicture(stream));
        if (video.ValueKind == JsonValueKind.Undefined)
        {
            return null;
        }

        var format = root.TryGetProperty("format", out var found) ? found : default;
        var duration = Seconds(format, "duration") is { Ticks: > 0 } whole ? whole : Seconds(video, "duration");
        return new VideoFacts(
            long.TryParse(Text(video, "nb_read_packets"), CultureInfo.InvariantCulture, out var packets) ? Math.Clamp(packets, 0, int.MaxValue) : 0,
            all.Exists(stream => Text(stream, "codec_type") == "audio"),
            duration,
            Seconds(video, "start_time"),
            [.. Colours.Where(colour => colour.Allowed.Contains(Text(video, colour.Property))).SelectMany(colour => (string[])[colour.Option, Text(video, colour.Property)])]);
    }

    private static bool IsPicture(JsonElement stream) =>
        stream.TryGetProperty("disposition", out var disposition)
        && disposition.TryGetProperty("attached_pic", out var picture) && picture.ValueKind == JsonValueKind.Number && picture.GetInt32() == 1;

    private static string Text(JsonElement element, string property) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static TimeSpan Seconds(JsonElement element, string property) =>
        double.TryParse(Text(element, property), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds)
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, -SecondsMax, SecondsMax))
            : TimeSpan.Zero;
}
