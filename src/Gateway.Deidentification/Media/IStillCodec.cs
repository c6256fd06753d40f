namespace Gateway.Deidentification.Media;

/// <summary>Turns encoded still images into pixels and back.</summary>
public interface IStillCodec
{
    /// <summary>
    /// Decodes a file into an upright image. Never throws for what is in the file: whatever is wrong with it comes back as an outcome.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <param name="limits">What it may cost; checked on its header before anything is decoded.</param>
    StillDecoding Decode(ReadOnlySpan<byte> file, MediaLimits limits);

    /// <summary>Encodes an image in the manner of the file it came from. The result holds picture data and nothing else.</summary>
    /// <param name="image">An image in <see cref="PixelLayout.Bgra32"/>, sRGB, alpha not multiplied in.</param>
    /// <param name="traits">How to encode.</param>
    /// <exception cref="ArgumentException">The image is in another layout.</exception>
    /// <exception cref="InvalidOperationException">The encoder failed, or wrote a file whose structure does not hold.</exception>
    byte[] Encode(PixelImage image, StillTraits traits);
}
