using Gateway.Deidentification.Media.Containers;
using Gateway.Deidentification.Media.Isolation;

namespace Gateway.Deidentification.Media;

/// <summary>
/// Still images through SkiaSharp. What it decodes is first read and rebuilt by code of our own, so that the native decoders see picture
/// data within the limits and no metadata at all; what it encodes is rebuilt the same way.
/// </summary>
/// <remarks>One instance serves all threads.</remarks>
public sealed class SkiaStillCodec : IStillCodec
{
    private readonly IPictureDecoder _decoder;

    /// <summary>Decodes in this process: for files that are trusted, such as our own.</summary>
    public SkiaStillCodec() => _decoder = new InProcessDecoder();

    /// <summary>Decodes in processes that may die of a hostile file; encoding stays here, its input is ours.</summary>
    public SkiaStillCodec(DecodeWorkers workers) => _decoder = workers;

    /// <inheritdoc/>
    public StillDecoding Decode(ReadOnlySpan<byte> file, MediaLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);

        // 1 Limits on the header. 2 Only picture data goes on. 3 Decode to sRGB. 4 Turn upright.
        if (!ImageProbe.TryRead(file, limits, out var read, out var refusal) || read is not { } header)
        {
            return StillDecoding.Refused(refusal);
        }

        using var picture = ContainerAllowList.Rebuild(header.Traits.Format, file, ContainerUse.Decoding);
        if (picture is null)
        {
            return StillDecoding.Refused(MediaOutcome.Broken);
        }

        var image = PixelImage.Create(PixelLayout.Bgra32, header.Width, header.Height);
        var outcome = _decoder.Decode(picture, image);
        if (outcome != MediaOutcome.Decoded)
        {
            image.Dispose();
            return StillDecoding.Refused(outcome);
        }

        return StillDecoding.Decoded(Upright.Turn(image, header.Orientation), header.Traits);
    }

    /// <inheritdoc/>
    public byte[] Encode(PixelImage image, StillTraits traits)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(traits);
        if (image.Layout != PixelLayout.Bgra32)
        {
            throw new ArgumentException("Only BGRA32 can be encoded.", nameof(image));
        }

        using var encoded = SkiaEncoder.Encode(image, traits);
        using var released = ContainerAllowList.Rebuild(traits.Format, encoded.AsSpan(), ContainerUse.Release)
            ?? throw new InvalidOperationException("The encoder wrote a file whose structure does not hold.");
        return released.Written.ToArray();
    }
}
