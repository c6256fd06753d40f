using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Tracking;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// De-identifies one stream of frames. Every frame taken in is answered exactly once, in order, with its time stamp untouched; answers
/// trail the frames by <see cref="LatencyFrames"/>. One caller writes, one reads; both may do so at the same time.
/// </summary>
public sealed class StreamDeidentifier : IAsyncDisposable
{
    /// <summary>Longest frame, encoded or raw, 32 MiB.</summary>
    public const int FrameBytesMax = 32 * 1024 * 1024;

    private readonly PipelineParts _parts;
    private readonly StreamRequest _request;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly StreamPump _pump;
    private readonly Task _running;
    private (ulong Number, long Timestamp)? _last;

    private StreamDeidentifier(PipelineParts parts, StreamRequest request, StreamOptions options)
    {
        _parts = parts;
        _request = request;
        Handle = RandomNumberGenerator.GetBytes(RecordBuilder.HandleBytes);
        var records = new RecordBuilder(parts, request.Redaction, Handle);
        _pump = new StreamPump(parts, request, options, records, _cancellation.Token);
        _running = Task.Run(() => _pump.RunAsync(_cancellation.Token));
    }

    /// <summary>16 random bytes that stand for the stream in records.</summary>
    public ReadOnlyMemory<byte> Handle { get; }

    /// <summary>Answers trail frames by at most this many frames.</summary>
    public int LatencyFrames => _request.Profile.LatencyFrames;

    /// <summary>A detected region stays masked for this many frames after its last detection.</summary>
    public int HoldFrames => _request.Profile.Tracking.HoldFrames;

    /// <summary>Delay against certainty, as asked for.</summary>
    public StreamProfile Profile => _request.Profile;

    /// <summary>How the stream ended; final once <see cref="ReadAllAsync"/> has ended.</summary>
    public StreamEnding Ending => _pump.Ending;

    /// <summary>Frames answered so far, and of these masked whole and withheld.</summary>
    public StreamCounts Counts => _pump.Counts;

    /// <summary>Opens a stream, or says why not.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option or the profile is out of its range.</exception>
    public static StreamOpening Open(PipelineParts parts, StreamRequest request, StreamOptions options)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(options);
        ThrowIfOutOfRange(request.Profile, options);
        var outcome = Admit(parts, request);
        if (outcome == StreamOpenOutcome.Opened && request.Profile.DetectEvery > 1)
        {
            Log.ThroughputChosen(parts.Logger, request.Profile.DetectEvery, ThroughputProfile.MeasuredExposure(request.Profile.DetectEvery));
        }

        return new StreamOpening(outcome, outcome == StreamOpenOutcome.Opened ? new StreamDeidentifier(parts, request, options) : null);
    }

    /// <summary>
    /// Offers the next frame; the bytes are copied. Waits while the stream is behind: that is the back-pressure, no frame is ever skipped.
    /// </summary>
    /// <param name="number">Number, larger than that of the frame before.</param>
    /// <param name="timestamp">Time stamp, not smaller than that of the frame before.</param>
    /// <param name="data">The bytes of the frame in the stream's format.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled before the frame was taken in.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<FrameAdmission> WriteAsync(ulong number, long timestamp, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var admission = Admit(number, timestamp, data.Length);
        if (admission != FrameAdmission.Accepted)
        {
            return admission;
        }

        // Copied only once there is room: a caller that waits holds its own memory.
        return await _pump.WaitForRoomAsync(cancellationToken)
            ? Take(number, timestamp, FrameBuffer.CopyOf(data.Span))
            : FrameAdmission.StreamEnded;
    }

    /// <summary>As the other, without a copy: the buffer belongs to the stream from here on, whatever the answer, and is zeroed by it.</summary>
    /// <param name="number">Number, larger than that of the frame before.</param>
    /// <param name="timestamp">Time stamp, not smaller than that of the frame before.</param>
    /// <param name="data">The bytes of the frame in the stream's format.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled before the frame was taken in.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<FrameAdmission> WriteAsync(ulong number, long timestamp, FrameBuffer data, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        var isTaken = false;
        try
        {
            var admission = Admit(number, timestamp, data.Length);
            if (admission != FrameAdmission.Accepted)
            {
                return admission;
            }

            if (!await _pump.WaitForRoomAsync(cancellationToken))
            {
                return FrameAdmission.StreamEnded;
            }

            isTaken = true;
            return Take(number, timestamp, data);
        }
        finally
        {
            if (!isTaken)
            {
                data.Dispose();
            }
        }
    }

    /// <summary>Says that no more frames come; the remaining answers follow.</summary>
    public void Complete() => _pump.Complete();

    /// <summary>The answers in the order of the frames, to the end of the stream.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async IAsyncEnumerable<FrameAnswer> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await _pump.Answers.WaitToReadAsync(cancellationToken))
        {
            while (_pump.Answers.TryRead(out var answer))
            {
                yield return answer;
            }
        }

        // A broken invariant in the pump must reach the reader: an answer stream that merely ends would look complete.
        await _running;
    }

    /// <summary>Ends the stream, answered or not, and zeroes every frame it holds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _cancellation.CancelAsync();
        _pump.Complete();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_pump.Answers.TryRead(out var answer))
        {
            answer.Dispose();
        }

        _pump.Dispose();
    }

    private static void ThrowIfOutOfRange(StreamProfile profile, StreamOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QueueFrames, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.QueueFrames, 64, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(profile.ResidualScanEvery, 1, nameof(profile));
        ArgumentOutOfRangeException.ThrowIfLessThan(profile.DetectEvery, 1, nameof(profile));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(profile.DetectEvery, ThroughputProfile.EveryMax, nameof(profile));
        ArgumentOutOfRangeException.ThrowIfNegative(profile.Tracking.LookAheadFrames, nameof(profile));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(profile.Tracking.LookAheadFrames, TrackingProfile.FramesMax, nameof(profile));
        ArgumentOutOfRangeException.ThrowIfNegative(profile.Tracking.HoldFrames, nameof(profile));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(profile.Tracking.HoldFrames, TrackingProfile.FramesMax, nameof(profile));
    }

    private static StreamOpenOutcome Admit(PipelineParts parts, StreamRequest request)
    {
        var isKnown = Enum.IsDefined(request.Format)
            && request.Width is >= StreamRequest.SidePxMin and <= StreamRequest.WidthPxMax
            && request.Height is >= StreamRequest.SidePxMin and <= StreamRequest.HeightPxMax;
        return !parts.Detector.IsReady ? StreamOpenOutcome.DetectorNotReady
            : !isKnown ? StreamOpenOutcome.UnknownFormat
            : IsTooLarge(request) ? StreamOpenOutcome.FrameTooLarge
            : !request.Redaction.IsAllowedUnder(parts.Records.Policy) ? StreamOpenOutcome.TechniqueNotAllowed
            : !request.Redaction.CanBeKeptBy(parts.Detector) ? StreamOpenOutcome.PersonModelMissing
            : !parts.Detector.Covers(request.Width, request.Height) ? StreamOpenOutcome.SizeNotCovered
            : StreamOpenOutcome.Opened;
    }

    private static bool IsTooLarge(StreamRequest request) =>
        request.Format.ToLayout() is { } layout && PixelImage.LengthOf(layout, request.Width, request.Height) > FrameBytesMax;

    /// <summary>Anything but an accepted frame ends the stream.</summary>
    private FrameAdmission Admit(ulong number, long timestamp, int length)
    {
        var admission = AdmissionOf(number, timestamp, length);
        if (admission != FrameAdmission.Accepted)
        {
            _pump.Refuse();
            _pump.Complete();
        }

        return admission;
    }

    private FrameAdmission AdmissionOf(ulong number, long timestamp, int length)
    {
        var isSized = _request.Format.ToLayout() is { } layout
            ? length == PixelImage.LengthOf(layout, _request.Width, _request.Height)
            : length is > 0 and <= FrameBytesMax;
        return _pump.HasEnded ? FrameAdmission.StreamEnded
            : !isSized ? FrameAdmission.WrongSize
            : _last is { } last && number <= last.Number ? FrameAdmission.NumberNotIncreasing
            : _last is { } before && timestamp < before.Timestamp ? FrameAdmission.TimestampDecreasing
            : FrameAdmission.Accepted;
    }

    private FrameAdmission Take(ulong number, long timestamp, FrameBuffer data)
    {
        var frame = _pump.NextFrame();
        _parts.Records.SourceDigest(data.Bytes, frame.SourceDigest);
        var acceptedAt = _parts.Time.GetTimestamp();
        if (_request.Format.ToLayout() is { } layout)
        {
            frame.Take(number, timestamp, acceptedAt, PixelImage.Adopt(layout, _request.Width, _request.Height, data.Detach()), encoded: null);
        }
        else
        {
            frame.Take(number, timestamp, acceptedAt, image: null, data);
        }

        if (!_pump.TryTake(frame))
        {
            frame.Abandon();
            return FrameAdmission.StreamEnded;
        }

        _last = (number, timestamp);
        return FrameAdmission.Accepted;
    }
}
