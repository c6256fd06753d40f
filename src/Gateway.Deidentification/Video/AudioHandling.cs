namespace Gateway.Deidentification.Video;

/// <summary>What happens to the sound of a video file. Voices identify people and are not de-identified here.</summary>
public enum AudioHandling
{
    /// <summary>The output has no sound.</summary>
    Drop,

    /// <summary>The first track of sound is kept as it is heard, encoded anew.</summary>
    Keep,

    /// <summary>A tone of the same length takes its place.</summary>
    Tone,
}
