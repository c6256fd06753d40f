using System.Buffers;
using System.IO.Pipelines;

namespace Gateway.Server.Listeners;

/// <summary>Shows what is read from a connection to a count of its frames, once.</summary>
internal sealed class CountedReader(PipeReader inner, ControlFrameCount frames) : PipeReader
{
    private ReadOnlySequence<byte> _given;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await inner.ReadAsync(cancellationToken);
        _given = result.Buffer;
        return result;
    }

    public override bool TryRead(out ReadResult result)
    {
        var read = inner.TryRead(out result);
        _given = read ? result.Buffer : default;
        return read;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        // Before the buffer goes back to its pool.
        frames.Follow(_given.Slice(_given.Start, consumed));
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
}
