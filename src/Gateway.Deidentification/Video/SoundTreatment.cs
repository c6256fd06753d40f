namespace Gateway.Deidentification.Video;

/// <summary>What became of the sound of a video file.</summary>
public enum SoundTreatment
{
    /// <summary>The source had none.</summary>
    None,

    /// <summary>The source had sound, the output has none.</summary>
    Dropped,

    /// <summary>The output is heard as its source: who speaks can be recognised.</summary>
    Kept,

    /// <summary>A tone took its place.</summary>
    Tone,
}
