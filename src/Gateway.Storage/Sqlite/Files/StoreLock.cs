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
    /// <exception cref="IOException">The file cannot be opened, or its file system holds no locks.</exception>
    public static StoreLock? TryTake(string path)
    {
        FileStream held;
        try
        {
            held = StoreFile.Open(path + Suffix, FileShare.None);
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }

        if (!IsHeldAgainstOthers(path))
        {
            held.Dispose();
            throw new IOException("its file system holds no locks, so a second node could write to it; use a local disk");
        }

        return new StoreLock(held);
    }

    public void Dispose() => held.Dispose();

    // The runtime opens the file as if nothing was when the file system answers its lock with any error but "held". A lock nobody holds lets two
    // nodes write: so it is tried from outside.
    private static bool IsHeldAgainstOthers(string path)
    {
        try
        {
            StoreFile.Open(path + Suffix, FileShare.None).Dispose();
            return false;
        }
        catch (IOException e) when (IsHeld(e))
        {
            return true;
        }
    }

    // EWOULDBLOCK of flock (Linux 11, BSD and macOS 35) and ERROR_SHARING_VIOLATION; everything else is a failing disk, not a holder.
    private static bool IsHeld(IOException e) => (e.HResult & 0xFFFF) is 11 or 35 or 32;
}
