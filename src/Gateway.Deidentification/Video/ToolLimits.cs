namespace Gateway.Deidentification.Video;

/// <summary>What a process of others may use before the system ends it. Set with <c>ulimit</c>, so that they hold before its first instruction.</summary>
/// <param name="MemoryBytesMax">Address space.</param>
/// <param name="ProcessorTimeMax">Processor time of all its threads.</param>
/// <param name="FileBytesMax">Longest file it may write; 0: it writes none.</param>
internal sealed record ToolLimits(long MemoryBytesMax, TimeSpan ProcessorTimeMax, long FileBytesMax)
{
    private const long MemoryFloorBytes = 2L << 30;

    /// <summary>Codecs keep pictures for reference and look-ahead, more with every thread; they address two gibibytes before the first.</summary>
    private const int FramesHeld = 200;

    /// <summary>A frame that costs more than this is an attack, not a picture.</summary>
    private static readonly TimeSpan FrameTimeMax = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan TimeFloor = TimeSpan.FromMinutes(2);

    /// <summary>For programs that only say what they see.</summary>
    public static ToolLimits Probe { get; } = new(MemoryFloorBytes, TimeSpan.FromMinutes(10), 0);

    /// <summary>For reading the pictures of a file.</summary>
    public static ToolLimits Decoder(long frames) => new(MemoryFloorBytes + (FramesHeld * (long)Pipeline.StreamDeidentifier.FrameBytesMax / 4), TimeOf(frames), 0);

    /// <summary>For writing a file.</summary>
    public static ToolLimits Encoder(long frames, long frameBytes, long fileBytesMax) => new(MemoryFloorBytes + (FramesHeld * frameBytes), TimeOf(frames), fileBytesMax);

    private static TimeSpan TimeOf(long frames) => TimeFloor + (FrameTimeMax * Math.Min(frames, 1L << 40));
}
