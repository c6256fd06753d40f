using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Tracking;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// The ordered half of a stream. Frames are looked at in parallel on the lane; they are taken in here in the order in which they were written,
/// kept for the look-ahead, finished on the lane, in parallel where the technique permits it, and answered in order again.
/// </summary>
/// <remarks>
/// Frames in memory are bounded: so many waiting for their look, the look-ahead, so many being finished, so many answers unread, and one on
/// the way between each two.
/// </remarks>
internal sealed class StreamPump : IDisposable
{
    private const int FailuresMax = 3;

    private readonly PipelineParts _parts;
    private readonly StreamRequest _request;
    private readonly StreamOptions _options;
    private readonly FrameWork _work;
    private readonly LaneQueue _lane;
    private readonly HandOff<HeldFrame> _intake;
    private readonly HandOff<HeldFrame> _finishing;
    private readonly HandOff<FrameAnswer> _answers;
    private readonly ITimer? _deadline;
    private readonly LookAheadWindow _window;
    private readonly FrameGaps _gaps = new();
    private readonly BetweenFrames _between;
    private readonly Queue<HeldFrame> _held = [];
    private readonly Lock _gate = new();
    private readonly Stack<HeldFrame> _idle = [];
    private LumaHistogram _lastLuma = new();
    private bool _isLumaKnown;

    /// <summary>A frame that nobody looked at, until the next one has come: the last frame of a stream has to be looked at.</summary>
    private HeldFrame? _pending;
    private FrameLook _pendingLook;
    private int _failuresInARow;
    private long _dispatched;
    private volatile bool _hasEnded;
    private volatile bool _isRefused;

    public StreamPump(PipelineParts parts, StreamRequest request, StreamOptions options, RecordBuilder records, CancellationToken cancellationToken)
    {
        (_parts, _request, _options) = (parts, request, options);
        _between = new BetweenFrames(request.Profile.DetectEvery);
        _work = new FrameWork(parts, request, records, cancellationToken);
        _lane = parts.Lane.OpenQueue();
        _intake = new(options.QueueFrames, isOwnWriter: false, isOwnReader: true);
        // One more than can be worked on: that is enough to keep all workers busy, and finished frames are memory.
        _finishing = new(Math.Min(options.QueueFrames, parts.Lane.Width + 1), isOwnWriter: true, isOwnReader: true);
        _answers = new(options.QueueFrames, isOwnWriter: true, isOwnReader: false);
        _window = new(request.Profile.Tracking, ClassThresholds.Of(parts.Detector));
        _deadline = options.FrameDeadline is null
            ? null
            : parts.Time.CreateTimer(static work => ((FrameWork)work!).Looked.Set(), _work, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public HandOff<FrameAnswer> Answers => _answers;

    public StreamEnding Ending { get; private set; }

    public StreamCounts Counts { get; private set; }

    public bool HasEnded => _hasEnded;

    /// <summary>A frame was offered that does not fit; the stream ends after the frames before it.</summary>
    public void Refuse() => _isRefused = true;

    /// <summary>No more frames come.</summary>
    public void Complete() => _intake.Complete();

    /// <summary>Waits for room for a frame. False when the stream takes none any more.</summary>
    public ValueTask<bool> WaitForRoomAsync(CancellationToken cancellationToken) => _intake.WaitToWriteAsync(cancellationToken);

    /// <summary>A frame to fill; hand it back with <see cref="TryTake"/>.</summary>
    public HeldFrame NextFrame()
    {
        lock (_gate)
        {
            return _idle.TryPop(out var idle) ? idle : new HeldFrame(_work.Look, _work.Finish);
        }
    }

    /// <summary>Takes a frame in and has it looked at. False when the stream has ended.</summary>
    public bool TryTake(HeldFrame frame)
    {
        frame.IsBetween = _between.NextIsBetween();
        if (!_intake.TryWrite(frame))
        {
            return false;
        }

        // Only now: a frame that nobody waits for would never be zeroed.
        _lane.Add(frame.LookJob);
        return true;
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var answering = AnswerAllAsync(cancellationToken);
        try
        {
            await TakeInAllAsync(cancellationToken);
            while (_held.TryDequeue(out var frame) && await TryFinishAsync(frame, isTail: true, cancellationToken))
            {
            }

            _finishing.Complete();
            await answering;
            Ending = Ending != StreamEnding.None ? Ending : _isRefused ? StreamEnding.FrameRefused : StreamEnding.Completed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Ending = StreamEnding.Cancelled;
        }
        finally
        {
            _finishing.Complete();

            // Whoever waits for the end goes on from here, and must not do so on a worker.
            await answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            End();
        }
    }

    public void Dispose() => _deadline?.Dispose();

    private async Task TakeInAllAsync(CancellationToken cancellationToken)
    {
        while (await _intake.WaitToReadAsync(cancellationToken) && _intake.TryPeek(out var frame))
        {
            // It keeps its place in the queue until it was looked at: that is what makes the caller wait.
            var look = await LookAsync(frame, cancellationToken);

            // In this order: as long as a frame is in the queue, or held, it is zeroed whatever happens.
            if (!look.IsRefused && !await TryTakePendingAsync(cancellationToken))
            {
                return;
            }

            if (!look.IsRefused && !look.IsSeen && IsCut(frame, look))
            {
                look = await LookAgainAsync(frame, cancellationToken);
            }

            _intake.TryRead(out _);
            if (look.IsRefused)
            {
                // It is of another stream, as it were: an answer would have to invent its size.
                frame.Dispose();
                Ending = StreamEnding.FrameRefused;
                break;
            }

            if (!look.IsSeen)
            {
                (_pending, _pendingLook) = (frame, look);
                continue;
            }

            if (!await TryTakeInAsync(frame, look, cancellationToken))
            {
                return;
            }
        }

        if (_pending is { } last)
        {
            _pendingLook = await LookAgainAsync(last, cancellationToken);
            await TryTakePendingAsync(cancellationToken);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TryTakePendingAsync(CancellationToken cancellationToken)
    {
        if (_pending is not { } frame)
        {
            return true;
        }

        _pending = null;
        return await TryTakeInAsync(frame, _pendingLook, cancellationToken);
    }

    /// <summary>Takes a frame in and passes on those that need to wait no longer. False when the stream goes no further.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TryTakeInAsync(HeldFrame frame, FrameLook look, CancellationToken cancellationToken)
    {
        _held.Enqueue(frame);
        TakeIn(frame, look);
        if (_failuresInARow == FailuresMax)
        {
            Ending = StreamEnding.DetectorFailing;
            return false;
        }

        while (_held.Count > _request.Profile.Tracking.LookAheadFrames)
        {
            if (!await TryFinishAsync(_held.Dequeue(), isTail: false, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private ValueTask<FrameLook> LookAgainAsync(HeldFrame frame, CancellationToken cancellationToken)
    {
        frame.LookAgain();
        _lane.Add(frame.LookJob);
        return LookAsync(frame, cancellationToken);
    }

    private bool IsCut(HeldFrame frame, in FrameLook look) => look.HasLuma && _isLumaKnown && SceneCut.Is(_lastLuma, frame.Luma);

    /// <summary>Waits for the detector, but not beyond the deadline: a detector that hangs must not hold the stream.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FrameLook> LookAsync(HeldFrame frame, CancellationToken cancellationToken)
    {
        while (!frame.IsLooked)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_options.FrameDeadline is { } limit)
            {
                var left = limit - _parts.Time.GetElapsedTime(frame.AcceptedAt);
                if (left <= TimeSpan.Zero)
                {
                    return new FrameLook(Reason.DetectorLate, [], HasLuma: false, frame.AcceptedAt, _parts.Time.GetTimestamp());
                }

                // Timers count whole milliseconds: the last part of one must not become a loop.
                _deadline!.Change(left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            }

            await _work.Looked.WaitAsync(cancellationToken);
        }

        var look = frame.GetLook();
        return _options.FrameDeadline is not { } deadline
            || _parts.Time.GetElapsedTime(frame.AcceptedAt, look.FinishedAt) <= deadline
            || look.Reason != Reason.None
                ? look
                : look with { Reason = Reason.DetectorLate };
    }

    private void TakeIn(HeldFrame frame, in FrameLook look)
    {
        if (_gaps.MissingBefore(frame.Stamp.Number, frame.Stamp.Timestamp) is > 0 and var missing)
        {
            _window.Skip(missing);
        }

        frame.Regions = _window.Add(frame.Regions, look.Regions, IsCut(frame, look));
        frame.Reason = look.Reason;
        frame.LookDuration = _parts.Time.GetElapsedTime(look.StartedAt, look.FinishedAt);
        if (look.HasLuma)
        {
            // The frame's memory is used again before the next comparison; the two swap theirs.
            (_lastLuma, frame.Luma, _isLumaKnown) = (frame.Luma, _lastLuma, true);
        }

        _between.TakeIn(frame, look, _held);
        _failuresInARow = look.Reason switch
        {
            _ when !look.IsSeen => _failuresInARow,
            Reason.DetectorFailed => _failuresInARow + 1,
            // A late answer says nothing about whether the detector works.
            Reason.DetectorLate => _failuresInARow,
            _ => 0,
        };
    }

    /// <summary>Passes a frame on to be finished. False when answers are no longer taken.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TryFinishAsync(HeldFrame frame, bool isTail, CancellationToken cancellationToken)
    {
        var isChecked = _dispatched++ % _request.Profile.ResidualScanEvery == 0;
        frame.Plan = new FinishPlan(frame.Stamp.Number, _request.OnFailure, isChecked, isTail || frame.Regions.IsCutShort);
        try
        {
            if (await _finishing.WaitToWriteAsync(cancellationToken) && _finishing.TryWrite(frame))
            {
                if (!_work.IsOrdered)
                {
                    _lane.Add(frame.FinishJob);
                }

                return true;
            }
        }
        catch (OperationCanceledException)
        {
            frame.Dispose();
            throw;
        }

        frame.Dispose();
        return false;
    }

    private async Task AnswerAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _finishing.WaitToReadAsync(cancellationToken) && _finishing.TryPeek(out var frame))
            {
                if (_work.IsOrdered)
                {
                    _lane.Add(frame.FinishJob);
                }

                while (!frame.IsFinished)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await _work.Finished.WaitAsync(cancellationToken);
                }

                var answer = frame.GetAnswer();
                _finishing.TryRead(out _);
                Release(frame);
                await AnswerAsync(answer, cancellationToken);
            }
        }
        finally
        {
            // Where it ended early, whoever waits to pass a frame on, or for one to come, must learn that nobody takes it.
            _finishing.Complete();
            _intake.Complete();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AnswerAsync(FrameAnswer answer, CancellationToken cancellationToken)
    {
        Count(answer.Record);
        var isTaken = false;
        try
        {
            isTaken = await _answers.WaitToWriteAsync(cancellationToken) && _answers.TryWrite(answer);
        }
        finally
        {
            if (!isTaken)
            {
                answer.Dispose();
            }
        }
    }

    /// <summary>Keeps an answered frame for the next one, unless a late detector still reads it.</summary>
    private void Release(HeldFrame frame)
    {
        var isIdle = frame.IsLooked;
        frame.Dispose();
        if (isIdle)
        {
            lock (_gate)
            {
                _idle.Push(frame);
            }
        }
    }

    private void Count(DeidentificationRecord record) => Counts = new StreamCounts(
        Counts.Answered + 1,
        Counts.Masked + (record.Decision == Decision.FrameMasked ? 1 : 0),
        Counts.Withheld + (record.Decision == Decision.Withheld ? 1 : 0),
        Counts.Checked + (record.IsChecked ? 1 : 0),
        Counts.Escapes + record.Escapes);

    private void End()
    {
        _hasEnded = true;

        _between.Clear();

        // A writer that waits for room must learn that there is none to come.
        _intake.Complete();
        while (TryTakeAny(out var frame))
        {
            frame.Dispose();
        }

        _answers.Complete();
        Log.StreamEnded(_parts.Logger, Ending, Counts.Answered);
    }

    private bool TryTakeAny([NotNullWhen(true)] out HeldFrame? frame)
    {
        (frame, _pending) = (_pending, null);
        return frame is not null || _held.TryDequeue(out frame) || _finishing.TryRead(out frame) || _intake.TryRead(out frame);
    }
}
