using System.Runtime.InteropServices;

namespace Gateway.Deidentification.Tracking;

/// <summary>
/// Tells how many frames are missing between two that came. Clients number frames as they like and cameras vary their rate, so what is usual
/// is learned: the smallest step of the numbers so far, and the middle one of the latest steps in time.
/// </summary>
internal sealed class FrameGaps
{
    /// <summary>More says no more.</summary>
    public const int MissingMax = TrackingProfile.FramesMax;

    /// <summary>A step in time up to this many usual ones is a camera that hesitates.</summary>
    private const double UsualStepsMax = 2.5;

    private const int StepsKept = 15;
    private const int StepsMin = 3;

    private readonly List<long> _steps = new(StepsKept);
    private ulong? _lastNumber;
    private long _lastTimestamp;
    private ulong _numberStep = ulong.MaxValue;

    /// <summary>Takes the next frame in; the answer is how many before it never came, 0 to <see cref="MissingMax"/>.</summary>
    public int MissingBefore(ulong number, long timestamp)
    {
        var missing = 0;
        if (_lastNumber is { } last)
        {
            _numberStep = Math.Min(_numberStep, number - last);
            var byNumber = ((number - last) / _numberStep) - 1;
            missing = Math.Max((int)Math.Min(byNumber, MissingMax), MissingByTime(timestamp));
        }

        (_lastNumber, _lastTimestamp) = (number, timestamp);
        return missing;
    }

    private int MissingByTime(long timestamp)
    {
        // Both ends of the range of time stamps are allowed: their difference may not fit.
        var step = (double)timestamp - _lastTimestamp;
        var usual = _steps.Count < StepsMin ? 0 : MiddleStep();
        if (step > 0)
        {
            if (_steps.Count == StepsKept)
            {
                _steps.RemoveAt(0);
            }

            _steps.Add((long)Math.Min(step, long.MaxValue / 2));
        }

        return usual > 0 && step > UsualStepsMax * usual ? (int)Math.Min(Math.Round(step / usual) - 1, MissingMax) : 0;
    }

    private long MiddleStep()
    {
        Span<long> sorted = stackalloc long[StepsKept];
        sorted = sorted[.._steps.Count];
        CollectionsMarshal.AsSpan(_steps).CopyTo(sorted);
        sorted.Sort();
        return sorted[sorted.Length / 2];
    }
}
