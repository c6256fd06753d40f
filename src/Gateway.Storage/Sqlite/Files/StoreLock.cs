namespace Gateway.Storage.Sqlite.Files;

/// <summary>
/// Holds off a second writer, in this process or another: two would fork the evidence chain. The file stays when the lock is given back;
/// removing it would let a third process lock a name that a second one still waits on.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    public const string Suffix = ".lock";

    private readonly FileStream held;

    private StoreLock(FileStream held) => this.held = held;

    /// <summary>Takes the lock of a store, or returns null when somebody else holds it. The operating system gives it back when we die.</summary>
    public static StoreLock? TryTake(string path)
    {
        try
        {
            return new StoreLock(StoreFile.Open(path + Suffix, FileShare.None));
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    public void Dispose() => held.Dispose();

    // EWOULDBLOCK of flock (Linux 11, BSD and macOS 35) and ERROR_SHARING_VIOLATION; everything else is a failing disk, not a holder.
    private static bool IsHeld(IOException e) => (e.HResult & 0xFFFF) is 11 or 35 or 32;
}
