namespace Gateway.Storage.Sqlite.Writing;

/// <summary>One change that waits for the writer. Its caller hears after the commit, never before.</summary>
internal abstract class WriteOperation
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Withdrawn = 2;

    private int state;

    /// <summary>Takes the operation into a group; false when its caller has given up waiting.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref state, Taken, Waiting) == Waiting;

    /// <summary>Gives up, unless the writer has it: from then on the caller waits for the truth.</summary>
    public bool TryWithdraw() => Interlocked.CompareExchange(ref state, Withdrawn, Waiting) == Waiting;

    /// <summary>Runs inside the transaction of the group and remembers what came out. After a rollback it runs again.</summary>
    public abstract void Run(WriteSession session);

    /// <summary>Tells the caller what came out: the group is durable.</summary>
    public abstract void Complete();

    /// <summary>Tells the caller that nothing was kept.</summary>
    public abstract void Fail(Exception exception);
}

/// <inheritdoc/>
internal sealed class WriteOperation<T>(Func<WriteSession, T> body) : WriteOperation
{
    // The continuation of a caller must not run on the writer's thread: everybody else would wait for it.
    private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;

    public async Task<T> WaitAsync(CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(Cancel, this);
        return await completion.Task;
    }

    public override void Run(WriteSession session) => result = body(session);

    public override void Complete() => completion.TrySetResult(result!);

    public override void Fail(Exception exception) => completion.TrySetException(exception);

    private static void Cancel(object? waiting, CancellationToken cancellationToken)
    {
        var operation = (WriteOperation<T>)waiting!;
        if (operation.TryWithdraw())
        {
            operation.completion.TrySetCanceled(cancellationToken);
        }
    }
}
