using System.Security.Cryptography;

namespace Gateway.Sealing.Originals;

/// <summary>
/// Cuts a stream into pieces of one length, the last of which is what is left. It reads one byte ahead: only then it is known whether a full
/// piece is the last.
/// </summary>
internal sealed class ChunkReader(Stream stream, int pieceBytes) : IDisposable
{
    // Pinned, so that the collector leaves no second copy of an original in memory.
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(pieceBytes + 1, pinned: true);
    private int _ahead;

    /// <summary>The next piece, valid until the next call; empty at the end of an empty stream.</summary>
    public async ValueTask<(ReadOnlyMemory<byte> Piece, bool IsLast)> ReadAsync(CancellationToken cancellationToken)
    {
        if (_ahead == 1)
        {
            _buffer[0] = _buffer[pieceBytes];
        }

        var length = _ahead + await stream.ReadAtLeastAsync(_buffer.AsMemory(_ahead), _buffer.Length - _ahead, throwOnEndOfStream: false, cancellationToken);
        _ahead = length > pieceBytes ? 1 : 0;
        return (_buffer.AsMemory(0, length - _ahead), _ahead == 0);
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_buffer);
}
