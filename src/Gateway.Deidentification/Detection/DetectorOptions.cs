namespace Gateway.Deidentification.Detection;

/// <summary>How the detector is run.</summary>
public sealed record DetectorOptions
{
    /// <summary>Smallest value of <see cref="SmallestFacePx"/>.</summary>
    public const int SmallestFacePxMin = 12;

    /// <summary>Largest value of <see cref="SmallestFacePx"/>.</summary>
    public const int SmallestFacePxMax = 96;

    /// <summary>
    /// Threads inside one inference, 1 to 16. Default 1: frames of several streams already fill the cores, and threads that spin on a busy
    /// machine make every frame slower.
    /// </summary>
    public int IntraOpThreads { get; init; } = 1;

    /// <summary>
    /// Longer side of the smallest face that must be seen, in pixels of the image, 12 to 96. Default 12. Raise it where no smaller face
    /// identifies anybody: the work per frame falls with its square.
    /// </summary>
    public int SmallestFacePx { get; init; } = SmallestFacePxMin;
}
