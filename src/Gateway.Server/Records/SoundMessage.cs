using Gateway.Contracts.Deidentification.V1;
using Gateway.Deidentification.Video;

namespace Gateway.Server.Records;

/// <summary>What became of sound, on the wire and in words.</summary>
internal static class SoundMessage
{
    public static Sound Of(SoundTreatment sound) => sound switch
    {
        SoundTreatment.None => Sound.None,
        SoundTreatment.Dropped => Sound.Dropped,
        SoundTreatment.Kept => Sound.Kept,
        SoundTreatment.Tone => Sound.Tone,
        _ => throw new ArgumentOutOfRangeException(nameof(sound)),
    };

    /// <summary>A sentence, or nothing where a record does not say.</summary>
    public static string? TextOf(Sound sound) => sound switch
    {
        Sound.None => "its source had no sound",
        Sound.Dropped => "its sound was dropped",
        Sound.Kept => "its sound was kept: who speaks in it can be recognised",
        Sound.Tone => "a tone took the place of its sound",
        _ => null,
    };
}
