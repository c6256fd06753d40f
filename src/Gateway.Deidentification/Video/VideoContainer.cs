namespace Gateway.Deidentification.Video;

/// <summary>A container that is written: one that keeps the time stamp of every frame.</summary>
/// <param name="Extension">Ending of file names.</param>
/// <param name="Muxer">Its name at ffmpeg.</param>
/// <param name="AudioEncoder">Encoder of sound.</param>
/// <param name="Encoders">Encoders of pictures, the preferred first.</param>
internal sealed record VideoContainer(string Extension, string Muxer, string AudioEncoder, IReadOnlyList<VideoEncoder> Encoders)
{
    /// <summary>The demuxers that may read a source: those whose files hold everything themselves. A playlist names other files, and is how a hostile
    /// "video" makes a decoder read or fetch them.</summary>
    public const string DemuxersAllowed = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,mxf,h264,hevc,ivf,m4v,obu,gif,apng,nut,wtv,y4m,yuv4mpegpipe";

    /// <summary>Endings of names of files that are taken for videos when a folder is walked; what a file is says its content.</summary>
    public static IReadOnlyList<string> SourceExtensions { get; } =
        [".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mts", ".m2ts", ".ts", ".mpg", ".mpeg", ".3gp", ".flv", ".wmv", ".ogv", ".mxf"];

    private static readonly VideoContainer[] All =
    [
        new(".mp4", "mp4", "aac", VideoEncoder.ForMp4),
        new(".m4v", "mp4", "aac", VideoEncoder.ForMp4),
        new(".mov", "mov", "aac", VideoEncoder.ForMp4),
        new(".mkv", "matroska", "aac", [.. VideoEncoder.ForMp4, .. VideoEncoder.ForWebM]),
        new(".webm", "webm", "libopus", VideoEncoder.ForWebM),
    ];

    /// <summary>The container that a name asks for; null when none is.</summary>
    public static VideoContainer? Of(string path) =>
        Array.Find(All, container => path.EndsWith(container.Extension, StringComparison.OrdinalIgnoreCase));
}
