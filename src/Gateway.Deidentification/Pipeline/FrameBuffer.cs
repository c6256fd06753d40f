using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// The bytes of one frame in memory from a pool, zeroed before the pool gets it back: an encoded frame is as clear as its pixels, and the next
/// to rent the memory is somebody else.
/// </summary>
public sealed class FrameBuffer : IDisposable
{
    private byte[]? _array;

    private FrameBuffer(int length)
    {
        Length = length;
        _array = FrameMemory.Rent(length);
    }

    /// <summary>Number of bytes.</summary>
    public int Length { get; }

    /// <summary>The bytes.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed, or its memory handed on.</exception>
    public Span<byte> Bytes => Array.AsSpan(0, Length);

    /// <summary>The same bytes for asynchronous callers.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed, or its memory handed on.</exception>
    public Memory<byte> Memory => Array.AsMemory(0, Length);

    private byte[] Array => _array ?? throw new ObjectDisposedException(nameof(FrameBuffer));

    /// <summary>Takes memory from the pool; all of it is zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public static FrameBuffer Rent(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new FrameBuffer(length);
    }

    /// <summary>A copy of some bytes.</summary>
    public static FrameBuffer CopyOf(ReadOnlySpan<byte> bytes)
    {
        var buffer = new FrameBuffer(bytes.Length);
        bytes.CopyTo(buffer.Bytes);
        return buffer;
    }

    /// <summary>Zeroes the bytes and gives the memory back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _array, null) is { } array)
        {
            FrameMemory.Return(array, Length);
        }
    }

    /// <summary>Hands the array on to an owner that zeroes and returns it in the same way.</summary>
    internal byte[] Detach() => Interlocked.Exchange(ref _array, null) ?? throw new ObjectDisposedException(nameof(FrameBuffer));
}
