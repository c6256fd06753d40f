namespace Gateway.Deidentification.Media.Isolation;

/// <summary>How pictures are decoded in processes of their own.</summary>
/// <param name="Program">Program to start.</param>
/// <param name="Arguments">Arguments that make it run <see cref="DecodeWorker"/> on its standard streams.</param>
public sealed record DecodeWorkerOptions(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Processes at a time. Default one a processor: more only make each other late.</summary>
    public int WorkersMax { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// How long one picture may take, from its bytes to its pixels, and how much processor time the decoder may use for it. Default 30 s: a picture of
    /// 64 million pixels takes about two on a free core.
    /// </summary>
    public TimeSpan DecodeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a process may take to start. Default 60 s, for machines that are busy.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Memory that a process may use for the picture itself, and again as much for what its decoder needs beside it. Default 1 GiB: a progressive JPEG
    /// at the limit of pixels needs most of it.
    /// </summary>
    public long MemoryBytesMax { get; init; } = 1L << 30;
}
