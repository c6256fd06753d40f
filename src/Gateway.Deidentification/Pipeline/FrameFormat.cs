using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Pipeline;

/// <summary>Layout of the bytes of a frame.</summary>
public enum FrameFormat
{
    /// <summary>As <see cref="PixelLayout.I420"/>.</summary>
    I420 = 1,

    /// <summary>As <see cref="PixelLayout.Nv12"/>.</summary>
    Nv12 = 2,

    /// <summary>As <see cref="PixelLayout.Rgb24"/>.</summary>
    Rgb24 = 3,

    /// <summary>As <see cref="PixelLayout.Bgra32"/>.</summary>
    Bgra32 = 4,

    /// <summary>One JPEG file a frame.</summary>
    Jpeg = 5,
}

/// <summary>What a format means for the bytes of a frame.</summary>
internal static class FrameFormats
{
    /// <summary>The layout of raw frames; none for encoded ones.</summary>
    public static PixelLayout? ToLayout(this FrameFormat format) => format switch
    {
        FrameFormat.I420 => PixelLayout.I420,
        FrameFormat.Nv12 => PixelLayout.Nv12,
        FrameFormat.Rgb24 => PixelLayout.Rgb24,
        FrameFormat.Bgra32 => PixelLayout.Bgra32,
        _ => null,
    };
}
