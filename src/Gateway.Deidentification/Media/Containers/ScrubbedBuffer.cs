using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gateway.Deidentification.Media.Containers;

/// <summary>A pooled buffer of fixed capacity, written front to back and zeroed on return: it holds encoded originals.</summary>
internal sealed class ScrubbedBuffer(int capacity) : IDisposable
{
    private byte[]? _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>Number of bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>The array behind it; only the first <see cref="Length"/> bytes count.</summary>
    public byte[] Array => _bytes ?? throw new ObjectDisposedException(nameof(ScrubbedBuffer));

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => Array.AsSpan(0, Length);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Array.AsSpan(Length));
        Length += bytes.Length;
    }

    public void WriteUInt16BigEndian(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(Array.AsSpan(Length), (ushort)value);
        Length += 2;
    }

    public void WriteUInt32LittleEndian(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Array.AsSpan(Length), value);
        Length += 4;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _bytes, null) is { } bytes)
        {
            CryptographicOperations.ZeroMemory(bytes.AsSpan(0, Length));
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
