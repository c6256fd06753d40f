namespace Gateway.Deidentification.Tracking;

/// <summary>How long a stream waits for later frames, and how long it goes on masking what it lost.</summary>
/// <param name="LookAheadFrames">Frames a decision waits for: a region found later is masked back that far. 0 to 120.</param>
/// <param name="HoldFrames">Frames a region stays masked after its last detection. 0 to 120.</param>
public sealed record TrackingProfile(int LookAheadFrames, int HoldFrames)
{
    /// <summary>Largest look-ahead and hold.</summary>
    public const int FramesMax = 120;

    /// <summary>Little delay: look-ahead 5, hold 15.</summary>
    public static TrackingProfile Live { get; } = new(5, 15);

    /// <summary>The default: look-ahead 15, hold 15.</summary>
    public static TrackingProfile Assured { get; } = new(15, 15);

    /// <summary>For recordings: look-ahead 30, hold 30.</summary>
    public static TrackingProfile Archive { get; } = new(30, 30);
}
