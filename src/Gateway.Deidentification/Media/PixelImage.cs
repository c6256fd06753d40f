using Gateway.Deidentification.Media.Jpeg;

namespace Gateway.Deidentification.Media;

/// <summary>
/// An uncompressed image in one buffer. The buffer comes from a pool and is zeroed when the image is disposed: original pixels must not
/// wait in a pool for the next stream to read them.
/// </summary>
public sealed class PixelImage : IDisposable
{
    private byte[]? _buffer;
    private int _isDisposed;

    private PixelImage(PixelLayout layout, int width, int height, byte[]? buffer, int length)
    {
        Layout = layout;
        Width = width;
        Height = height;
        Length = length;
        _buffer = buffer;
    }

    /// <summary>Layout of <see cref="Bytes"/>.</summary>
    public PixelLayout Layout { get; }

    /// <summary>Width in pixels, 1 or more.</summary>
    public int Width { get; }

    /// <summary>Height in pixels, 1 or more.</summary>
    public int Height { get; }

    /// <summary>Number of bytes in <see cref="Bytes"/>.</summary>
    public int Length { get; }

    /// <summary>All bytes of the image; writing to them changes the image.</summary>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public Span<byte> Bytes => Buffer.AsSpan(0, Length);

    /// <summary>The same bytes for asynchronous callers.</summary>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public Memory<byte> Memory => Buffer.AsMemory(0, Length);

    /// <summary>True where YUV samples use all of 0 to 255, as in JPEG; else brightness is 16 to 235 and colour 16 to 240.</summary>
    public bool IsFullRange { get; private init; }

    /// <summary>
    /// The file behind it, where it was opened at its coefficients. Pixels are then only there where the file decoded them; those that were
    /// written over count, the others are not missed.
    /// </summary>
    internal JpegPicture? Jpeg { get; private init; }

    /// <summary>Bytes of an image opened at its coefficients are rented when the first pixel is wanted: many frames never need one.</summary>
    private byte[] Buffer => _buffer ?? Rent();

    /// <summary>Makes an image of the given size with all bytes zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive, or the image would exceed 2 GiB.</exception>
    public static PixelImage Create(PixelLayout layout, int width, int height)
    {
        var length = LengthOf(layout, width, height);
        return new PixelImage(layout, width, height, FrameMemory.Rent(length), length);
    }

    /// <summary>Makes an I420 image in full range with all bytes zero.</summary>
    internal static PixelImage CreateFullRange(int width, int height)
    {
        var length = LengthOf(PixelLayout.I420, width, height);
        var image = new PixelImage(PixelLayout.I420, width, height, null, length) { IsFullRange = true };
        image.Rent();
        return image;
    }

    /// <summary>Makes the image of a file opened at its coefficients. Its disposal ends the picture.</summary>
    internal static PixelImage Of(JpegPicture picture)
    {
        var (width, height) = (picture.Layout.Width, picture.Layout.Height);
        return new(PixelLayout.I420, width, height, null, LengthOf(PixelLayout.I420, width, height)) { IsFullRange = true, Jpeg = picture };
    }

    /// <summary>Makes an image from bytes in the given layout; the bytes are copied.</summary>
    /// <exception cref="ArgumentException">The number of bytes does not fit the layout and size.</exception>
    public static PixelImage CopyOf(PixelLayout layout, int width, int height, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != LengthOf(layout, width, height))
        {
            throw new ArgumentException("The number of bytes does not fit the layout and size.", nameof(bytes));
        }

        var image = new PixelImage(layout, width, height, FrameMemory.Rent(bytes.Length), bytes.Length);
        bytes.CopyTo(image.Bytes);
        return image;
    }

    /// <summary>Makes an image of an array from <see cref="FrameMemory"/>, without a copy; from here on it belongs to the image.</summary>
    /// <exception cref="ArgumentException">The array is too short for the layout and size.</exception>
    internal static PixelImage Adopt(PixelLayout layout, int width, int height, byte[] pooled)
    {
        var length = LengthOf(layout, width, height);
        return pooled.Length >= length
            ? new PixelImage(layout, width, height, pooled, length)
            : throw new ArgumentException("The array is too short for the layout and size.", nameof(pooled));
    }

    /// <summary>Number of bytes an image of this layout and size has.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive, or the image would exceed 2 GiB.</exception>
    public static int LengthOf(PixelLayout layout, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        var pixels = (long)width * height;
        var chroma = (long)((width + 1) / 2) * ((height + 1) / 2);
        var length = layout switch
        {
            PixelLayout.I420 or PixelLayout.Nv12 => pixels + (2 * chroma),
            PixelLayout.Rgb24 => pixels * 3,
            PixelLayout.Bgra32 => pixels * 4,
            _ => throw new ArgumentOutOfRangeException(nameof(layout)),
        };
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Array.MaxLength, nameof(width));
        return (int)length;
    }

    /// <summary>Makes an independent copy.</summary>
    public PixelImage Copy()
    {
        Complete();
        var copy = new PixelImage(Layout, Width, Height, null, Length) { IsFullRange = IsFullRange };
        Bytes.CopyTo(copy.Bytes);
        return copy;
    }

    /// <summary>Makes sure that every pixel is there.</summary>
    internal void Complete() => Jpeg?.DecodeAll();

    /// <summary>Zeroes the bytes and gives the buffer back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            FrameMemory.Return(buffer, Length);
        }

        Jpeg?.Release();
    }

    private byte[] Rent()
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        return _buffer = FrameMemory.Rent(Length);
    }
}
