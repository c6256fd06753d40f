using System.Threading.Channels;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Tracking;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// The ordered half of a stream: takes frames in as they were written, waits for the look at each, keeps them for the look-ahead, finishes
/// and answers them.
/// </summary>
internal sealed class StreamPump(PipelineParts parts, StreamRequest request, StreamOptions options, RecordBuilder records, SemaphoreSlim slots)
{
    private const int FailuresMax = 3;

    private readonly Channel<FrameAnswer> _answers = Channel.CreateBounded<FrameAnswer>(new BoundedChannelOptions(options.QueueFrames) { SingleWriter = true });
    private readonly LookAheadWindow _window = new(request.Profile.Tracking, ClassThresholds.Of(parts.Detector));
    private readonly FrameGaps _gaps = new();
    private readonly FrameFinisher _finisher = new(parts.Detector, RegionMasker.ForStream(request.Redaction), parts.Logger);
    private readonly Queue<HeldFrame> _held = [];
    private LumaHistogram? _lastLuma;
    private int _failuresInARow;
    private volatile bool _hasEnded;
    private volatile bool _isRefused;

    public ChannelReader<FrameAnswer> Answers => _answers.Reader;

    public StreamEnding Ending { get; private set; }

    public StreamCounts Counts { get; private set; }

    public bool HasEnded => _hasEnded;

    /// <summary>A frame was offered that does not fit; the stream ends after the frames before it.</summary>
    public void Refuse() => _isRefused = true;

    public async Task RunAsync(ChannelReader<HeldFrame> intake, CancellationToken cancellationToken)
    {
        try
        {
            await TakeInAllAsync(intake, cancellationToken);
            while (_held.TryPeek(out var frame) && !frame.IsRefused)
            {
                await AnswerAsync(_held.Dequeue(), isTail: true, cancellationToken);
            }

            Ending = Ending != StreamEnding.None ? Ending : _isRefused ? StreamEnding.FrameRefused : StreamEnding.Completed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Ending = StreamEnding.Cancelled;
        }
        finally
        {
            End(intake);
        }
    }

    private async Task TakeInAllAsync(ChannelReader<HeldFrame> intake, CancellationToken cancellationToken)
    {
        await foreach (var frame in intake.ReadAllAsync(cancellationToken))
        {
            // Held from here on, so that whatever happens the frame is zeroed at the end.
            _held.Enqueue(frame);
            var look = await LookAsync(frame, cancellationToken);
            slots.Release();
            if (look.IsRefused)
            {
                // It is of another stream, as it were: an answer would have to invent its size.
                (frame.IsRefused, Ending) = (true, StreamEnding.FrameRefused);
                return;
            }

            TakeIn(frame, look);
            if (_failuresInARow == FailuresMax)
            {
                Ending = StreamEnding.DetectorFailing;
                return;
            }

            while (_held.Count > request.Profile.Tracking.LookAheadFrames)
            {
                await AnswerAsync(_held.Dequeue(), isTail: false, cancellationToken);
            }
        }
    }

    /// <summary>Waits for the detector, but not beyond the deadline: a detector that hangs must not hold the stream.</summary>
    private async ValueTask<FrameLook> LookAsync(HeldFrame frame, CancellationToken cancellationToken)
    {
        if (options.FrameDeadline is not { } deadline)
        {
            return await frame.Look;
        }

        try
        {
            var left = deadline - parts.Time.GetElapsedTime(frame.AcceptedAt);
            var look = await frame.Look.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, parts.Time, cancellationToken);
            return parts.Time.GetElapsedTime(frame.AcceptedAt, look.FinishedAt) <= deadline || look.Reason != Reason.None
                ? look
                : look with { Reason = Reason.DetectorLate };
        }
        catch (TimeoutException)
        {
            return new FrameLook(Reason.DetectorLate, [], null, frame.AcceptedAt, parts.Time.GetTimestamp());
        }
    }

    private void TakeIn(HeldFrame frame, FrameLook look)
    {
        if (_gaps.MissingBefore(frame.Stamp.Number, frame.Stamp.Timestamp) is > 0 and var missing)
        {
            _window.Skip(missing);
        }

        frame.Regions = _window.Add(look.Regions, SceneCut.Is(_lastLuma, look.Luma));
        frame.Reason = look.Reason;
        frame.LookDuration = parts.Time.GetElapsedTime(look.StartedAt, look.FinishedAt);
        _lastLuma = look.Luma ?? _lastLuma;
        _failuresInARow = look.Reason switch
        {
            Reason.DetectorFailed => _failuresInARow + 1,
            // A late answer says nothing about whether the detector works.
            Reason.DetectorLate => _failuresInARow,
            _ => 0,
        };
    }

    private async Task AnswerAsync(HeldFrame frame, bool isTail, CancellationToken cancellationToken)
    {
        using var held = frame;
        var isChecked = Counts.Answered % request.Profile.ResidualScanEvery == 0;
        var plan = new FinishPlan(frame.Stamp.Number, request.OnFailure, isChecked, isTail || frame.Regions.IsCutShort);
        var answer = await parts.Lane.RunAsync(() => Finish(frame, plan, cancellationToken), cancellationToken);
        Count(answer.Record);
        try
        {
            await _answers.Writer.WriteAsync(answer, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            answer.Dispose();
            throw;
        }
    }

    private FrameAnswer Finish(HeldFrame frame, FinishPlan plan, CancellationToken cancellationToken)
    {
        var startedAt = parts.Time.GetTimestamp();

        // Where the pixels cannot be had (they do not decode, or a late detector still reads them) the answer is a flat picture of that size.
        var image = frame.TakeImage() ?? PixelImage.Create(request.Format.ToLayout() ?? PixelLayout.Bgra32, request.Width, request.Height);
        var isKept = false;
        try
        {
            var reason = frame.Regions.IsSaturated && frame.Reason == Reason.None ? Reason.Saturated : frame.Reason;
            var finished = _finisher.Finish(image, reason, frame.Regions.Regions, plan, cancellationToken);
            Metrics.Answered("stream", finished, frame.LookDuration + parts.Time.GetElapsedTime(startedAt));
            if (finished.Fate.Decision == Decision.Withheld)
            {
                return new FrameAnswer(records.Build(frame.Stamp, finished, []), default, null);
            }

            if (request.Format != FrameFormat.Jpeg)
            {
                isKept = true;
                return new FrameAnswer(records.Build(frame.Stamp, finished, image.Bytes), image.Memory, image);
            }

            var file = CoefficientPath.Write(parts.Codec, image, frame.Traits ?? new StillTraits(StillFormat.Jpeg), finished.Mask);
            return new FrameAnswer(records.Build(frame.Stamp, finished, file), file, null);
        }
        finally
        {
            if (!isKept)
            {
                image.Dispose();
            }
        }
    }

    private void Count(DeidentificationRecord record) => Counts = new StreamCounts(
        Counts.Answered + 1,
        Counts.Masked + (record.Decision == Decision.FrameMasked ? 1 : 0),
        Counts.Withheld + (record.Decision == Decision.Withheld ? 1 : 0),
        Counts.Checked + (record.IsChecked ? 1 : 0),
        Counts.Escapes + record.Escapes);

    private void End(ChannelReader<HeldFrame> intake)
    {
        _hasEnded = true;
        while (_held.TryDequeue(out var frame) || intake.TryRead(out frame))
        {
            frame.Dispose();
        }

        _answers.Writer.TryComplete();
        Log.StreamEnded(parts.Logger, Ending, Counts.Answered);

        // A writer that waits for room must learn that there is none to come.
        slots.Release(options.QueueFrames);
    }
}
