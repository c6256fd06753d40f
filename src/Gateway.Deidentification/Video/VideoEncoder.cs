namespace Gateway.Deidentification.Video;

/// <summary>An encoder of ffmpeg that is known here, and the settings that make it about as good as its usual source.</summary>
/// <param name="Name">Its name at ffmpeg.</param>
/// <param name="PixelFormat">What it takes.</param>
/// <param name="Quality">Arguments for quality and speed.</param>
internal sealed record VideoEncoder(string Name, string PixelFormat, IReadOnlyList<string> Quality)
{
    /// <summary>Units that tell of the encoder and its settings, or carry user data: they are taken out of the stream.</summary>
    private const string H264Bare = "filter_units=remove_types=6";
    private const string HevcBare = "filter_units=remove_types=39|40";

    public static IReadOnlyList<VideoEncoder> ForMp4 { get; } =
    [
        new("libx264", "yuv420p", ["-preset", "veryfast", "-crf", "20", "-bsf:v", H264Bare]),
        new("libopenh264", "yuv420p", ["-b:v", "8M", "-bsf:v", H264Bare]),
        new("h264_nvenc", "yuv420p", ["-rc", "vbr", "-cq", "22", "-b:v", "0", "-bsf:v", H264Bare]),
        new("h264_qsv", "nv12", ["-global_quality", "22", "-bsf:v", H264Bare]),
        new("h264_vaapi", "nv12", ["-vaapi_device", "/dev/dri/renderD128", "-vf", "format=nv12,hwupload", "-qp", "22", "-bsf:v", H264Bare]),
        new("h264_v4l2m2m", "yuv420p", ["-b:v", "8M", "-bsf:v", H264Bare]),
        new("h264_videotoolbox", "yuv420p", ["-q:v", "65", "-bsf:v", H264Bare]),
        new("libx265", "yuv420p", ["-preset", "fast", "-crf", "22", "-x265-params", "log-level=error:info=0", "-tag:v", "hvc1", "-bsf:v", HevcBare]),
        new("hevc_nvenc", "yuv420p", ["-rc", "vbr", "-cq", "24", "-b:v", "0", "-tag:v", "hvc1", "-bsf:v", HevcBare]),
        new("hevc_qsv", "nv12", ["-global_quality", "24", "-tag:v", "hvc1", "-bsf:v", HevcBare]),
        new("hevc_vaapi", "nv12", ["-vaapi_device", "/dev/dri/renderD128", "-vf", "format=nv12,hwupload", "-qp", "24", "-tag:v", "hvc1", "-bsf:v", HevcBare]),
        new("hevc_videotoolbox", "yuv420p", ["-q:v", "65", "-tag:v", "hvc1", "-bsf:v", HevcBare]),
        new("libsvtav1", "yuv420p", ["-preset", "8", "-crf", "30"]),
        new("mpeg4", "yuv420p", ["-q:v", "3"]),
    ];

    public static IReadOnlyList<VideoEncoder> ForWebM { get; } =
    [
        new("libvpx-vp9", "yuv420p", ["-deadline", "realtime", "-cpu-used", "6", "-row-mt", "1", "-crf", "28", "-b:v", "0"]),
        new("libsvtav1", "yuv420p", ["-preset", "8", "-crf", "30"]),
        new("vp9_vaapi", "nv12", ["-vaapi_device", "/dev/dri/renderD128", "-vf", "format=nv12,hwupload", "-global_quality", "60"]),
    ];

    /// <summary>True where frames are uploaded by a filter that names the format itself.</summary>
    public bool Uploads => Quality.Contains("-vaapi_device");

    /// <summary>The encoders of pictures that ffmpeg was built with, among a list.</summary>
    /// <param name="known">The list.</param>
    /// <param name="listing">What <c>ffmpeg -encoders</c> prints: a line each, flags first, then the name.</param>
    public static IReadOnlyList<VideoEncoder> Present(IReadOnlyList<VideoEncoder> known, string listing)
    {
        var names = listing.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 1 && words[0].StartsWith('V'))
            .Select(words => words[1])
            .ToHashSet(StringComparer.Ordinal);
        return [.. known.Where(encoder => names.Contains(encoder.Name))];
    }
}
