using Gateway.Exchange.Peers;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Delivery;

/// <summary>
/// Moves a session to a new connection, make before break:
///   1 begin: connect, Hello, Welcome, while the session still sends;
///   2 go: the writer saw the Welcome and sends nothing more; the successor may;
///   3 the session waits for the answers to what the receiver has, ends its half and is gone.
/// At 1 the receiver starts a new epoch, so what it had not taken of the old session is refused there and sent again by the successor.
/// </summary>
internal sealed class SessionHandOver(
    Peer peer, Func<bool> isWanted, Func<CancellationToken, Task<OpenedSession>> openAsync, TimeProvider time, ILogger log, CancellationToken stopping)
{
    private readonly TaskCompletionSource<OpenedSession?> _gone = new();
    private readonly Lock _beginning = new();
    private Task<OpenedSession?>? _opening;
    private Action _whenOpened = static () => { };
    private long _openedAt;

    /// <summary>The successor, once its session may send; null when there is none.</summary>
    public Task<OpenedSession?> Successor => _gone.Task;

    /// <summary>True from the first wish to move on.</summary>
    public bool HasBegun => Volatile.Read(ref _opening) is not null;

    /// <summary>True when somebody asked for it since this session was dialled.</summary>
    public bool IsWanted => isWanted();

    /// <summary>True when the successor could not be opened.</summary>
    public bool HasFailed => Volatile.Read(ref _opening) is { IsCompletedSuccessfully: true, Result: null };

    /// <summary>The successor, once it is open.</summary>
    public OpenedSession? Opened => Volatile.Read(ref _opening) is { IsCompletedSuccessfully: true, Result: { } opened } ? opened : null;

    /// <summary>Waits for the successor that was begun; null when it could not be opened.</summary>
    public Task<OpenedSession?> OpenedAsync() => Volatile.Read(ref _opening) ?? Task.FromResult<OpenedSession?>(null);

    /// <summary>Calls back when the successor is open or cannot be opened.</summary>
    public void WhenOpened(Action action) => _whenOpened = action;

    /// <summary>Starts to open the successor, once.</summary>
    public void Begin()
    {
        lock (_beginning)
        {
            if (_opening is null)
            {
                Volatile.Write(ref _opening, OpenAsync());
                _ = TellAsync(_opening);
            }
        }
    }

    /// <summary>The session sends nothing more.</summary>
    /// <param name="idle">Time since it last sent: what counts as pause only when something waited.</param>
    public void Go(TimeSpan idle)
    {
        var pause = time.GetElapsedTime(_openedAt);
        pause = pause < idle ? pause : idle;
        log.SessionHandedOver(peer.Uri, pause);
        ExchangeMetrics.HandedOver(pause);
        _gone.TrySetResult(Opened);
    }

    /// <summary>The session is over: whatever became of the successor is final.</summary>
    public async Task CompleteAsync()
    {
        var opening = Volatile.Read(ref _opening);
        _gone.TrySetResult(opening is null ? null : await opening);
    }

    private async Task TellAsync(Task opening)
    {
        await opening;
        _whenOpened();
    }

    private async Task<OpenedSession?> OpenAsync()
    {
        await Task.Yield();
        try
        {
            var opened = await openAsync(stopping);
            _openedAt = time.GetTimestamp();
            if (!opened.IsUseless)
            {
                return opened;
            }

            await opened.Session.DisposeAsync();
        }
        catch (Exception failed) when (failed is PeerUnreachableException or StoreUnavailableException or OperationCanceledException or TimeoutException)
        {
            log.HandOverFailed(peer.Uri, failed.Message);
        }

        ExchangeMetrics.HandOverFailed();
        return null;
    }
}
