using System.Runtime.ExceptionServices;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Tracking;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// A frame between being taken in and being answered, and the two jobs on it: the look, and the finish. A stream uses its frames again and
/// again, so that a frame that comes allocates next to nothing.
/// </summary>
internal sealed class HeldFrame : IDisposable
{
    private readonly byte[] _sourceDigest = new byte[RecordBuilder.DigestBytes];
    private readonly Lock _gate = new();
    private bool _isLooked;
    private bool _isFinished;
    private bool _isGivenUp;
    private ExceptionDispatchInfo? _failure;
    private FrameLook _look;
    private FrameAnswer? _answer;

    /// <summary>Makes a frame of a stream that looks at its frames and finishes them in this way; neither may throw.</summary>
    public HeldFrame(Action<HeldFrame> look, Action<HeldFrame> finish) => (LookJob, FinishJob) = (new Job(this, look), new Job(this, finish));

    public FrameStamp Stamp { get; private set; }

    public long AcceptedAt { get; private set; }

    /// <summary>The pixels; none until an encoded frame was decoded.</summary>
    public PixelImage? Image { get; set; }

    /// <summary>How the file was encoded, where frames come encoded and this one was decoded.</summary>
    public StillTraits? Traits { get; set; }

    /// <summary>The file, where frames come encoded.</summary>
    public FrameBuffer? Encoded { get; private set; }

    /// <summary>Memory for the brightness of the picture.</summary>
    public LumaHistogram Luma { get; set; } = new();

    public Reason Reason { get; set; }

    public TimeSpan LookDuration { get; set; }

    public FinishPlan Plan { get; set; }

    /// <summary>True where the detector is not asked about it.</summary>
    public bool IsBetween { get; set; }

    public FrameRegions Regions { get; set; } = new();

    public ILaneJob LookJob { get; }

    public ILaneJob FinishJob { get; }

    /// <summary>True when nobody reads the pixels for the look any more.</summary>
    public bool IsLooked
    {
        get
        {
            lock (_gate)
            {
                return _isLooked;
            }
        }
    }

    /// <summary>True when there is an answer, or something was thrown instead.</summary>
    public bool IsFinished
    {
        get
        {
            lock (_gate)
            {
                return _isFinished;
            }
        }
    }

    /// <summary>Room for the digest of the source; fill it before <see cref="Take"/>.</summary>
    public Span<byte> SourceDigest => _sourceDigest;

    /// <summary>Begins with another frame of the stream. What the caller gave is held from here on.</summary>
    public void Take(ulong number, long timestamp, long acceptedAt, PixelImage? image, FrameBuffer? encoded)
    {
        Stamp = new FrameStamp(number, timestamp, _sourceDigest);
        (AcceptedAt, Image, Encoded, Traits) = (acceptedAt, image, encoded, null);
        (Reason, LookDuration) = (Reason.None, TimeSpan.Zero);
        (_isLooked, _isFinished, _isGivenUp, _failure, _look, _answer) = (false, false, false, null, default, null);
    }

    /// <summary>What the look told; whatever it threw, thrown here.</summary>
    public FrameLook GetLook()
    {
        _failure?.Throw();
        return _look;
    }

    /// <summary>Makes it a frame that is looked at after all; the job has to be given out again.</summary>
    public void LookAgain()
    {
        lock (_gate)
        {
            (IsBetween, _isLooked) = (false, false);
        }
    }

    /// <summary>The answer; whatever finishing threw, thrown here.</summary>
    public FrameAnswer GetAnswer()
    {
        _failure?.Throw();
        lock (_gate)
        {
            var answer = _answer ?? throw new InvalidOperationException("The frame is not finished.");
            _answer = null;
            return answer;
        }
    }

    public void SetLook(in FrameLook look, Exception? failure)
    {
        lock (_gate)
        {
            (_look, _isLooked) = (look, true);
            _failure = failure is null ? null : ExceptionDispatchInfo.Capture(failure);
            if (_isGivenUp)
            {
                Clear();
            }
        }
    }

    public void SetAnswer(FrameAnswer? answer, Exception? failure)
    {
        lock (_gate)
        {
            (_answer, _isFinished) = (answer, true);
            _failure = failure is null ? null : ExceptionDispatchInfo.Capture(failure);
            if (_isGivenUp)
            {
                Clear();
            }
        }
    }

    /// <summary>Takes the pixels over, unless a late detector still reads them.</summary>
    public PixelImage? TakeImage()
    {
        lock (_gate)
        {
            var image = _isLooked ? Image : null;
            Image = _isLooked ? null : Image;
            return image;
        }
    }

    /// <summary>Zeroes everything, at once or as soon as the job on it no longer reads it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isGivenUp = true;
            if (_isLooked)
            {
                Clear();
            }
        }
    }

    /// <summary>Zeroes everything at once: no job was given out for it.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            Clear();
        }
    }

    private void Clear()
    {
        Image?.Dispose();
        Encoded?.Dispose();
        _answer?.Dispose();
        (Image, Encoded, _answer) = (null, null, null);
    }

    private sealed class Job(HeldFrame frame, Action<HeldFrame> work) : ILaneJob
    {
        public void Run() => work(frame);
    }
}
