using System.Buffers;
using System.Security.Cryptography;

namespace Gateway.Deidentification.Pipeline;

/// <summary>A pooled copy of encoded bytes, zeroed when disposed: an encoded frame is as clear as its pixels.</summary>
internal sealed class ClearedBuffer : IDisposable
{
    private readonly int _length;
    private byte[]? _buffer;

    public ClearedBuffer(ReadOnlySpan<byte> bytes)
    {
        _length = bytes.Length;
        _buffer = ArrayPool<byte>.Shared.Rent(_length);
        bytes.CopyTo(_buffer);
    }

    public ReadOnlySpan<byte> Bytes => (_buffer ?? throw new ObjectDisposedException(nameof(ClearedBuffer))).AsSpan(0, _length);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            CryptographicOperations.ZeroMemory(buffer.AsSpan(0, _length));
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
