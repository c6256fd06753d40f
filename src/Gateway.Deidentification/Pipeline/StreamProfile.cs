using Gateway.Deidentification.Tracking;

namespace Gateway.Deidentification.Pipeline;

/// <summary>Delay against certainty.</summary>
/// <param name="Tracking">Look-ahead and hold.</param>
/// <param name="ResidualScanEvery">The masked output of every so many frames is shown to the detector again; 1 or more.</param>
public sealed record StreamProfile(TrackingProfile Tracking, int ResidualScanEvery)
{
    /// <summary>The detector looks at every so many frames, 1 to 3. Default 1: at every frame. More is <see cref="ThroughputProfile"/>.</summary>
    public int DetectEvery { get; init; } = 1;

    /// <summary>Answers trail frames by at most this many: the look-ahead, and one more where the last frame of a stream has to be known as such.</summary>
    public int LatencyFrames => Tracking.LookAheadFrames + (DetectEvery > 1 ? 1 : 0);

    /// <summary>Look-ahead 5 frames, hold 15; every 15th output is checked.</summary>
    public static StreamProfile Live { get; } = new(TrackingProfile.Live, 15);

    /// <summary>The default: look-ahead 15 frames, hold 15; every output is checked, which doubles the work.</summary>
    public static StreamProfile Assured { get; } = new(TrackingProfile.Assured, 1);

    /// <summary>Look-ahead 30 frames, hold 30; every output is checked.</summary>
    public static StreamProfile Archive { get; } = new(TrackingProfile.Archive, 1);
}
