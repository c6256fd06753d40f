using Gateway.Deidentification.Media;
using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// What the workers do with the frames of one stream. Looking knows one frame only and always runs in parallel; so does finishing, unless
/// <see cref="IsOrdered"/>: the regions of a frame are final before it is finished.
/// </summary>
internal sealed class FrameWork(PipelineParts parts, StreamRequest request, RecordBuilder records, CancellationToken cancellationToken)
{
    private readonly FrameLooker _looker = new(parts, request.Width, request.Height);
    private readonly FrameFinisher _finisher = new(parts.Detector, RegionMasker.ForStream(request.Redaction), parts.Logger);

    /// <summary>Signalled after every look.</summary>
    public AsyncSignal Looked { get; } = new(onSignaller: true);

    /// <summary>Signalled after every finish.</summary>
    public AsyncSignal Finished { get; } = new(onSignaller: true);

    /// <summary>True where frames must be finished in order, one at a time.</summary>
    public bool IsOrdered => _finisher.IsOrdered;

    public void Look(HeldFrame frame)
    {
        try
        {
            // A stream that is over needs no look, but whoever waits for this frame to be let go needs to know.
            cancellationToken.ThrowIfCancellationRequested();
            frame.SetLook(_looker.Look(frame, cancellationToken), failure: null);
        }
        catch (Exception exception)
        {
            // The pump throws it again: a worker belongs to all streams.
            frame.SetLook(default, exception);
        }

        Looked.Set();
    }

    public void Finish(HeldFrame frame)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            frame.SetAnswer(Answer(frame), failure: null);
        }
        catch (Exception exception)
        {
            frame.SetAnswer(answer: null, exception);
        }

        Finished.Set();
    }

    private FrameAnswer Answer(HeldFrame frame)
    {
        var startedAt = parts.Time.GetTimestamp();

        // Where the pixels cannot be had (they do not decode, or a late detector still reads them) the answer is a flat picture of that size.
        var image = frame.TakeImage() ?? PixelImage.Create(request.Format.ToLayout() ?? PixelLayout.Bgra32, request.Width, request.Height);
        var isKept = false;
        try
        {
            var reason = frame.Regions.IsSaturated && frame.Reason == Reason.None ? Reason.Saturated : frame.Reason;
            var finished = _finisher.Finish(image, reason, frame.Regions.Regions, frame.Plan, cancellationToken);
            var answer = Answer(frame, image, finished, out isKept);
            _finisher.Release(finished);
            Metrics.Answered("stream", finished, frame.LookDuration + parts.Time.GetElapsedTime(startedAt));
            return answer;
        }
        finally
        {
            if (!isKept)
            {
                image.Dispose();
            }
        }
    }

    private FrameAnswer Answer(HeldFrame frame, PixelImage image, in FinishedFrame finished, out bool isKept)
    {
        isKept = false;
        if (finished.Fate.Decision == Decision.Withheld)
        {
            return new FrameAnswer(records.Build(frame.Stamp, finished, []), default, null);
        }

        if (request.Format != FrameFormat.Jpeg)
        {
            var answer = new FrameAnswer(records.Build(frame.Stamp, finished, image.Bytes), image.Memory, image);
            isKept = true;
            return answer;
        }

        var file = CoefficientPath.WriteFrame(parts.Codec, image, frame.Traits ?? new StillTraits(StillFormat.Jpeg), finished.Mask.Map);
        return new FrameAnswer(records.Build(frame.Stamp, finished, file.Bytes), file.Memory, file);
    }
}
