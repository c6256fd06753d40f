using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Threading.Channels;
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
    private readonly SemaphoreSlim _slots;
    private readonly Channel<HeldFrame> _intake = Channel.CreateUnbounded<HeldFrame>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly RecordBuilder _records;
    private readonly FrameLooker _looker;
    private readonly StreamPump _pump;
    private readonly Task _running;
    private FrameStamp? _lastStamp;

    private StreamDeidentifier(PipelineParts parts, StreamRequest request, StreamOptions options)
    {
        _parts = parts;
        _request = request;
        Handle = RandomNumberGenerator.GetBytes(RecordBuilder.HandleBytes);
        _slots = new SemaphoreSlim(options.QueueFrames);
        _records = new RecordBuilder(parts, request.Redaction, Handle);
        _looker = new FrameLooker(parts, request.Width, request.Height);
        _pump = new StreamPump(parts, request, options, _records, _slots);
        _running = Task.Run(() => _pump.RunAsync(_intake.Reader, _cancellation.Token));
    }

    /// <summary>16 random bytes that stand for the stream in records.</summary>
    public ReadOnlyMemory<byte> Handle { get; }

    /// <summary>Answers trail frames by at most this many frames.</summary>
    public int LatencyFrames => _request.Profile.Tracking.LookAheadFrames;

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
    public async ValueTask<FrameAdmission> WriteAsync(ulong number, long timestamp, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var admission = AdmissionOf(number, timestamp, data.Length);
        if (admission != FrameAdmission.Accepted)
        {
            _pump.Refuse();
            _intake.Writer.TryComplete();
            return admission;
        }

        await _slots.WaitAsync(cancellationToken);
        if (_pump.HasEnded)
        {
            return FrameAdmission.StreamEnded;
        }

        var frame = Hold(number, timestamp, data.Span);
        frame.Look = _parts.Lane.RunAsync(() => _looker.Look(frame, _cancellation.Token), _cancellation.Token);
        if (!_intake.Writer.TryWrite(frame))
        {
            frame.Dispose();
            return FrameAdmission.StreamEnded;
        }

        _lastStamp = frame.Stamp;
        return FrameAdmission.Accepted;
    }

    /// <summary>Says that no more frames come; the remaining answers follow.</summary>
    public void Complete() => _intake.Writer.TryComplete();

    /// <summary>The answers in the order of the frames, to the end of the stream.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async IAsyncEnumerable<FrameAnswer> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var answer in _pump.Answers.ReadAllAsync(cancellationToken))
        {
            yield return answer;
        }

        // A broken invariant in the pump must reach the reader: an answer stream that merely ends would look complete.
        await _running;
    }

    /// <summary>Ends the stream, answered or not, and zeroes every frame it holds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _cancellation.CancelAsync();
        _intake.Writer.TryComplete();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_pump.Answers.TryRead(out var answer))
        {
            answer.Dispose();
        }

        while (_intake.Reader.TryRead(out var frame))
        {
            frame.Dispose();
        }
    }

    private static void ThrowIfOutOfRange(StreamProfile profile, StreamOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QueueFrames, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.QueueFrames, 64, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(profile.ResidualScanEvery, 1, nameof(profile));
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

    private FrameAdmission AdmissionOf(ulong number, long timestamp, int length)
    {
        var isSized = _request.Format.ToLayout() is { } layout
            ? length == PixelImage.LengthOf(layout, _request.Width, _request.Height)
            : length is > 0 and <= FrameBytesMax;
        return _pump.HasEnded ? FrameAdmission.StreamEnded
            : !isSized ? FrameAdmission.WrongSize
            : _lastStamp is { } last && number <= last.Number ? FrameAdmission.NumberNotIncreasing
            : _lastStamp is { } before && timestamp < before.Timestamp ? FrameAdmission.TimestampDecreasing
            : FrameAdmission.Accepted;
    }

    private HeldFrame Hold(ulong number, long timestamp, ReadOnlySpan<byte> data)
    {
        var stamp = new FrameStamp(number, timestamp, _records.DigestSource(data));
        return _request.Format.ToLayout() is { } layout
            ? new HeldFrame(stamp, _parts.Time.GetTimestamp()) { Image = PixelImage.CopyOf(layout, _request.Width, _request.Height, data) }
            : new HeldFrame(stamp, _parts.Time.GetTimestamp()) { Encoded = new ClearedBuffer(data) };
    }
}
