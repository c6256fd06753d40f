using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Pipeline;

/// <summary>Decodes a frame where needed and detects on it. Frames of one stream are looked at in parallel; nothing here knows another frame.</summary>
internal sealed class FrameLooker(PipelineParts parts, int width, int height)
{
    /// <summary>A frame that claims more pixels than the stream has is refused before they are decoded.</summary>
    private readonly MediaLimits _limits = new()
    {
        ImageBytesMax = StreamDeidentifier.FrameBytesMax,
        PixelsMax = (long)width * height,
        SideMax = Math.Max(width, height),
    };

    public FrameLook Look(HeldFrame frame, CancellationToken cancellationToken)
    {
        var startedAt = parts.Time.GetTimestamp();
        if (frame.Image is null && Decode(frame) is var outcome && outcome != MediaOutcome.Decoded)
        {
            return Closed(startedAt, isRefused: outcome is MediaOutcome.TooManyPixels or MediaOutcome.SideTooLong);
        }

        var image = frame.Image!;
        if (image.Width != width || image.Height != height)
        {
            image.Dispose();
            frame.Image = null;
            return Closed(startedAt, isRefused: true);
        }

        if (frame.IsBetween)
        {
            return Glance(frame, image, startedAt);
        }

        var look = ImageLook.At(image, frame.Luma, parts, cancellationToken);
        return new FrameLook(look.Reason, look.Regions, HasLuma: true, startedAt, parts.Time.GetTimestamp());
    }

    /// <summary>Nobody is asked about the frame, but one that is too dark to see anything in is closed all the same.</summary>
    private FrameLook Glance(HeldFrame frame, PixelImage image, long startedAt)
    {
        frame.Luma.Measure(image);
        var reason = BlindFrame.Is(frame.Luma) ? Reason.BlindFrame : Reason.None;
        return new FrameLook(reason, [], HasLuma: true, startedAt, parts.Time.GetTimestamp(), IsSeen: false);
    }

    private MediaOutcome Decode(HeldFrame frame)
    {
        ReadOnlySpan<byte> file = frame.Encoded!.Bytes;
        if (CoefficientPath.TryOpen(file, _limits, out var image, out var traits))
        {
            (frame.Image, frame.Traits) = (image, traits);
            return MediaOutcome.Decoded;
        }

        var decoding = parts.Codec.Decode(file, _limits);
        if (decoding.IsDecoded && decoding.Traits.Format != StillFormat.Jpeg)
        {
            decoding.Dispose();
            return MediaOutcome.UnknownFormat;
        }

        (frame.Image, frame.Traits) = (decoding.Image, decoding.Traits);
        return decoding.Outcome;
    }

    private FrameLook Closed(long startedAt, bool isRefused) => new(Reason.Undecodable, [], HasLuma: false, startedAt, parts.Time.GetTimestamp(), isRefused);
}
