using System.Diagnostics.CodeAnalysis;
using Gateway.Deidentification.Media.Containers;

namespace Gateway.Deidentification.Media;

/// <summary>
/// Reads format, size and orientation of a file with bounded code of our own, before any decoder sees a byte: a decoder is native code
/// and allocates what a header asks for.
/// </summary>
internal static class ImageProbe
{
    /// <summary>Reads the header of a whole file, or says why it is refused.</summary>
    public static bool TryRead(ReadOnlySpan<byte> file, MediaLimits limits, [NotNullWhen(true)] out StillHeader? header, out MediaOutcome refusal)
    {
        header = null;
        refusal = CheckLength(file.Length, limits);
        if (refusal == MediaOutcome.Decoded)
        {
            refusal = FormatOf(file) switch
            {
                StillFormat.Jpeg => JpegHeader.Read(file, limits, out header),
                StillFormat.Png => PngHeader.Read(file, limits, out header),
                StillFormat.WebP => WebPHeader.Read(file, limits, out header),
                _ => MediaOutcome.UnknownFormat,
            };
        }

        return header is not null;
    }

    /// <summary>Format by the first bytes; null when it is none of ours. Names and declared types of files are never believed.</summary>
    public static StillFormat? FormatOf(ReadOnlySpan<byte> file) => file switch
    {
        [0xFF, 0xD8, 0xFF, ..] => StillFormat.Jpeg,
        _ when file.StartsWith(PngChunks.Signature) => StillFormat.Png,
        _ when RiffChunks.IsWebP(file) => StillFormat.WebP,
        _ => null,
    };

    /// <summary>Holds a claimed size against the limits.</summary>
    public static MediaOutcome CheckSize(int width, int height, MediaLimits limits) => (width, height) switch
    {
        ( <= 0, _) or (_, <= 0) => MediaOutcome.Broken,
        _ when width > limits.SideMax || height > limits.SideMax => MediaOutcome.SideTooLong,
        _ when (long)width * height > limits.PixelsMax => MediaOutcome.TooManyPixels,
        _ => MediaOutcome.Decoded,
    };

    private static MediaOutcome CheckLength(int length, MediaLimits limits) => length switch
    {
        0 => MediaOutcome.Empty,
        _ when length > limits.ImageBytesMax => MediaOutcome.TooManyBytes,
        _ => MediaOutcome.Decoded,
    };
}
