using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// A bounded queue between one writer and one reader. A full queue makes the writer wait, which is how back-pressure travels from a slow
/// reader to the caller; nothing is ever dropped. In steady state it allocates nothing.
/// </summary>
/// <param name="capacity">Items it holds.</param>
/// <param name="isOwnWriter">True where a writer that waited goes on on the reader's thread; see <see cref="AsyncSignal"/>.</param>
/// <param name="isOwnReader">The same of a reader.</param>
internal sealed class HandOff<T>(int capacity, bool isOwnWriter, bool isOwnReader)
    where T : class
{
    private readonly Lock _gate = new();
    private readonly Queue<T> _items = new(capacity);
    private readonly AsyncSignal _readable = new(isOwnReader);
    private readonly AsyncSignal _writable = new(isOwnWriter);
    private bool _isCompleted;

    /// <summary>Adds an item. False when there is no room, or nothing is taken any more.</summary>
    public bool TryWrite(T item)
    {
        lock (_gate)
        {
            if (_isCompleted || _items.Count == capacity)
            {
                return false;
            }

            _items.Enqueue(item);
        }

        _readable.Set();
        return true;
    }

    /// <summary>Shows the next item and leaves it: it keeps its place until <see cref="TryRead"/>.</summary>
    public bool TryPeek([NotNullWhen(true)] out T? item)
    {
        lock (_gate)
        {
            return _items.TryPeek(out item);
        }
    }

    /// <summary>Takes the next item, also after the end.</summary>
    public bool TryRead([NotNullWhen(true)] out T? item)
    {
        lock (_gate)
        {
            if (!_items.TryDequeue(out item))
            {
                return false;
            }
        }

        _writable.Set();
        return true;
    }

    /// <summary>Takes nothing more; what is inside can still be read. Either side may say it, and whoever waits learns of it.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isCompleted = true;
        }

        _readable.Set();
        _writable.Set();
    }

    /// <summary>Waits for room. False when nothing is taken any more.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsDecided(forReader: false, out var hasRoom))
            {
                return hasRoom;
            }

            await _writable.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits for an item. False when there is none and none will come.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsDecided(forReader: true, out var hasItem))
            {
                return hasItem;
            }

            await _readable.WaitAsync(cancellationToken);
        }
    }

    private bool IsDecided(bool forReader, out bool isYes)
    {
        lock (_gate)
        {
            isYes = forReader ? _items.Count > 0 : !_isCompleted && _items.Count < capacity;
            return isYes || _isCompleted;
        }
    }
}
