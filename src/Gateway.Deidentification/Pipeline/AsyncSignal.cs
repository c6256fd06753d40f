using System.Threading.Tasks.Sources;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// Wakes one waiter, and remembers one signal while nobody waits. Waiting allocates nothing. A wake-up says "look again", no more: a
/// cancelled wait wakes as well, so the waiter checks its condition and its token each time.
/// </summary>
/// <param name="onSignaller">
/// True where the waiter goes on within <see cref="Set"/>, on the thread that signals, and is known to be quick: every turn on the thread pool
/// costs more than what a pump does between two of its waits. False where the waiter is code of others, which must not hold who signals.
/// </param>
internal sealed class AsyncSignal(bool onSignaller) : IValueTaskSource
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _wake = new() { RunContinuationsAsynchronously = !onSignaller };
    private CancellationTokenRegistration _registration;
    private bool _isSet;
    private bool _isAwaited;

    /// <summary>Wakes the waiter, or the next one.</summary>
    public void Set()
    {
        lock (_gate)
        {
            if (!_isAwaited)
            {
                _isSet = true;
                return;
            }

            _isAwaited = false;
        }

        _wake.SetResult(true);
    }

    /// <summary>Completes at the next signal, or when the token is cancelled.</summary>
    /// <exception cref="InvalidOperationException">Somebody waits already.</exception>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_isAwaited)
            {
                throw new InvalidOperationException("Only one waits at a time.");
            }

            if (_isSet)
            {
                _isSet = false;
                return default;
            }

            _wake.Reset();
            _isAwaited = true;
        }

        _registration = cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), this);
        return new ValueTask(this, _wake.Version);
    }

    void IValueTaskSource.GetResult(short token)
    {
        _registration.Dispose();
        _wake.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wake.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wake.OnCompleted(continuation, state, token, flags);
}
