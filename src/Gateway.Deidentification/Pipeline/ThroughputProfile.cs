using System.Globalization;
using Gateway.Deidentification.Tracking;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// The profile for more streams than the machine can look at: the detector sees every second or third frame only. On the frames between, what
/// it found before and after is masked: held, moved by patch search, and interpolated by the look-ahead. A caller has to ask for it.
/// </summary>
/// <remarks>
/// A frame between counts as seen only where the detections on both sides of it are sound; a failed one closes its neighbours as well. The
/// last frame of a stream and the first after a cut are always looked at. What it costs in certainty is in <see cref="MeasuredExposure"/>.
/// </remarks>
public static class ThroughputProfile
{
    /// <summary>Fewest frames from one detection to the next.</summary>
    public const int EveryMin = 2;

    /// <summary>Most frames from one detection to the next.</summary>
    public const int EveryMax = 3;

    /// <summary>Look-ahead: twice the distance of detections, so that a face found late is masked back over the frames that nobody saw.</summary>
    private const int LookAheadFrames = 6;

    private const int HoldFrames = 15;
    private const int ResidualScanEvery = 15;

    /// <summary>Detection on every third frame.</summary>
    public static StreamProfile Default { get; } = Of(EveryMax);

    /// <summary>The profile with another distance of detections.</summary>
    /// <param name="every">2 or 3.</param>
    /// <exception cref="ArgumentOutOfRangeException">The distance is neither.</exception>
    public static StreamProfile Of(int every)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, EveryMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(every, EveryMax);
        return new StreamProfile(new TrackingProfile(LookAheadFrames, HoldFrames), ResidualScanEvery) { DetectEvery = every };
    }

    /// <summary>What was measured, for the log and for whoever chooses the profile.</summary>
    /// <param name="every">2 or 3.</param>
    public static string MeasuredExposure(int every) => string.Create(
        CultureInfo.InvariantCulture,
        $"Measured by simulation, 2000 faces of 10 s, a detector that misses 5 % of frames in bursts of 4, patch search left out: {100 * SimulatedExposure(every):F2} % of faces are in the clear on at least one frame");

    /// <summary>Share of simulated faces that are in the clear on at least one frame; a test measures it again.</summary>
    internal static double SimulatedExposure(int every) => every switch
    {
        2 => 0.021,
        3 => 0.0275,
        _ => throw new ArgumentOutOfRangeException(nameof(every)),
    };
}
