using System.Buffers;
using System.Security.Cryptography;

namespace Gateway.Deidentification.Media;

/// <summary>
/// An uncompressed image in one buffer. The buffer comes from a pool and is zeroed when the image is disposed: original pixels must not
/// wait in a pool for the next stream to read them.
/// </summary>
public sealed class PixelImage : IDisposable
{
    private byte[]? _buffer;

    private PixelImage(PixelLayout layout, int width, int height, byte[] buffer, int length)
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

    private byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(PixelImage));

    /// <summary>Makes an image of the given size with all bytes zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive, or the image would exceed 2 GiB.</exception>
    public static PixelImage Create(PixelLayout layout, int width, int height)
    {
        var length = LengthOf(layout, width, height);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        buffer.AsSpan(0, length).Clear();
        return new PixelImage(layout, width, height, buffer, length);
    }

    /// <summary>Makes an image from bytes in the given layout; the bytes are copied.</summary>
    /// <exception cref="ArgumentException">The number of bytes does not fit the layout and size.</exception>
    public static PixelImage CopyOf(PixelLayout layout, int width, int height, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != LengthOf(layout, width, height))
        {
            throw new ArgumentException("The number of bytes does not fit the layout and size.", nameof(bytes));
        }

        // Not cleared first: every byte is overwritten.
        var image = new PixelImage(layout, width, height, ArrayPool<byte>.Shared.Rent(bytes.Length), bytes.Length);
        bytes.CopyTo(image.Bytes);
        return image;
    }

    /// <summary>Makes an image of an array from the shared pool, without a copy; from here on it belongs to the image.</summary>
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
    public PixelImage Copy() => CopyOf(Layout, Width, Height, Bytes);

    /// <summary>Zeroes the bytes and gives the buffer back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            CryptographicOperations.ZeroMemory(buffer.AsSpan(0, Length));
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
