using Gateway.TestKit;

namespace Gateway.Exchange.Tests.Simulation;

/// <summary>
/// When what is written becomes durable, on virtual time. Operations wait in order; a group of them is committed at once; only then, a moment
/// later, their callers hear. The power can go at any moment between: what was not committed is gone, and what was committed may be
/// committed without anybody having heard.
/// </summary>
internal sealed class SimulatedDisk(SeededGenerator random, TimeProvider time, Faults faults)
{
    private readonly Queue<Operation> _queue = new();
    private bool _running;
    private bool _dead;
    private DateTimeOffset _fullUntil;

    /// <summary>Runs one change in the next group.</summary>
    public async Task<T> WriteAsync<T>(Func<Task<T>> run, CancellationToken cancellationToken)
    {
        Require();
        var operation = new Operation<T>(run);
        await using var withdrawn = cancellationToken.UnsafeRegister(_ => operation.Withdraw(cancellationToken), null);
        _queue.Enqueue(operation);
        if (!_running)
        {
            _running = true;
            _ = RunAsync();
        }

        return await operation.Task;
    }

    /// <summary>Reads what is committed.</summary>
    public T Read<T>(Func<Task<T>> run)
    {
        Require();
        FailByChance();
        return Blocking.Run(run);
    }

    /// <summary>Nothing can be written for a while.</summary>
    public void FillUp(TimeSpan forSoLong) => _fullUntil = time.GetUtcNow() + forSoLong;

    /// <summary>The power goes.</summary>
    public void LosePower()
    {
        _dead = true;
        while (_queue.TryDequeue(out var lost))
        {
            lost.Fail(Gone());
        }
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (_queue.Count > 0 && !_dead)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 8)), time);
            var group = CommitGroup();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 4)), time);
            foreach (var operation in group)
            {
                if (_dead)
                {
                    operation.Fail(Gone());
                }
                else
                {
                    operation.Complete();
                }
            }
        }

        _running = false;
    }

    private List<Operation> CommitGroup()
    {
        var group = new List<Operation>();
        var most = random.Next(1, 9);
        while (group.Count < most && _queue.TryDequeue(out var operation))
        {
            if (time.GetUtcNow() < _fullUntil || (faults.Active && random.Next(0, 1000) < faults.StorePerMille))
            {
                operation.Fail(new StoreUnavailableException(StoreUnavailableReason.Full, "the simulated disk is full", null));
            }
            else if (operation.TryRun())
            {
                group.Add(operation);
            }
        }

        return group;
    }

    private void Require()
    {
        if (_dead)
        {
            throw Gone();
        }
    }

    private void FailByChance()
    {
        if (faults.Active && random.Next(0, 1000) < faults.StorePerMille)
        {
            throw new StoreUnavailableException(StoreUnavailableReason.Failing, "the simulated disk does not answer", null);
        }
    }

    private static StoreUnavailableException Gone() => new(StoreUnavailableReason.Failing, "the power is gone", null);

    private abstract class Operation
    {
        public abstract bool TryRun();

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class Operation<T>(Func<Task<T>> run) : Operation
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;
        private Exception? _failure;
        private bool _taken;

        public Task<T> Task => _completion.Task;

        public void Withdraw(CancellationToken cancellationToken)
        {
            if (!_taken)
            {
                _completion.TrySetCanceled(cancellationToken);
            }
        }

        public override bool TryRun()
        {
            if (_completion.Task.IsCompleted)
            {
                return false;
            }

            _taken = true;
            try
            {
                _result = Blocking.Run(run);
            }
            catch (Exception failed)
            {
                // What the store says to this caller, it hears with the others of its group.
                _failure = failed;
            }

            return true;
        }

        public override void Complete()
        {
            if (_failure is null)
            {
                _completion.TrySetResult(_result!);
            }
            else
            {
                _completion.TrySetException(_failure);
            }
        }

        public override void Fail(Exception exception) => _completion.TrySetException(exception);
    }
}

/// <summary>Waits for the store's own thread inside one step of the simulation.</summary>
internal static class Blocking
{
    public static T Run<T>(Func<Task<T>> run)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return run().GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
