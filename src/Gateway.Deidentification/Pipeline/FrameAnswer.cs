using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Pipeline;

/// <summary>One frame that comes back: masked, or withheld. Dispose it when its bytes were sent.</summary>
public sealed class FrameAnswer : IDisposable
{
    private readonly IDisposable? _memory;

    internal FrameAnswer(DeidentificationRecord record, ReadOnlyMemory<byte> data, IDisposable? memory)
    {
        Record = record;
        Data = data;
        _memory = memory;
    }

    /// <summary>Number as given.</summary>
    public ulong Number => Record.FrameNumber;

    /// <summary>Time stamp as given.</summary>
    public long Timestamp => Record.Timestamp;

    /// <summary>What was done.</summary>
    public DeidentificationRecord Record { get; }

    /// <summary>The frame in the stream's format; empty when withheld. Not to be read after <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Zeroes and gives back the memory of the frame.</summary>
    public void Dispose() => _memory?.Dispose();
}
