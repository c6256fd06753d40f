using System.Diagnostics.CodeAnalysis;

namespace Gateway.Deidentification.Media;

/// <summary>What came of decoding a file: an upright image, or the reason why there is none.</summary>
public sealed class StillDecoding : IDisposable
{
    private StillDecoding(MediaOutcome outcome, PixelImage? image, StillTraits? traits)
    {
        Outcome = outcome;
        Image = image;
        Traits = traits;
    }

    /// <summary>What came of it.</summary>
    public MediaOutcome Outcome { get; }

    /// <summary>The image in <see cref="PixelLayout.Bgra32"/>, sRGB, alpha not multiplied in; null for a refusal.</summary>
    public PixelImage? Image { get; }

    /// <summary>How the file was encoded; null for a refusal.</summary>
    public StillTraits? Traits { get; }

    /// <summary>True when there is an image.</summary>
    [MemberNotNullWhen(true, nameof(Image), nameof(Traits))]
    public bool IsDecoded => Outcome == MediaOutcome.Decoded;

    /// <summary>Zeroes the pixels and gives them back.</summary>
    public void Dispose() => Image?.Dispose();

    internal static StillDecoding Decoded(PixelImage image, StillTraits traits) => new(MediaOutcome.Decoded, image, traits);

    internal static StillDecoding Refused(MediaOutcome outcome) => new(outcome, null, null);
}
