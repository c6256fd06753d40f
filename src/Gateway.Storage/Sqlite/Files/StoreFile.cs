namespace Gateway.Storage.Sqlite.Files;

/// <summary>Keeps the files of a store to their owner.</summary>
internal static class StoreFile
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = Owner | UnixFileMode.UserExecute;
    private const UnixFileMode WriteOfOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    // Beside the file itself: the write-ahead log holds the same content, and its index and the lock steer who writes.
    private static readonly string[] Suffixes = ["", "-wal", "-shm", StoreLock.Suffix];

    /// <summary>Creates the folder (mode 700) where it is missing.</summary>
    public static void CreateFolder(string path)
    {
        var folder = FolderOf(path);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, OwnerFolder);
        }
    }

    /// <summary>Creates the file (mode 600) where it is missing: SQLite would take the mode of the umask and leave it open until later.</summary>
    /// <remarks>Only under the lock. Opening and closing a file drops the record locks this process has on it, those of SQLite too.</remarks>
    public static void Create(string path)
    {
        if (!File.Exists(path))
        {
            Open(path, FileShare.ReadWrite).Dispose();
        }
    }

    /// <summary>Opens or creates a file that only its owner may read.</summary>
    public static FileStream Open(string path, FileShare share)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Owner;
        }

        return new FileStream(path, options);
    }

    /// <summary>What is open to others, with a remedy, or null. Windows keeps such rights in inherited lists, which are not judged here.</summary>
    public static string? FindOpenToOthers(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        foreach (var file in Suffixes.Select(suffix => path + suffix).Where(File.Exists))
        {
            var mode = File.GetUnixFileMode(file);
            if ((mode & ~OwnerFolder) != 0)
            {
                return $"{file} has mode {Octal(mode)}; only its owner may have rights on it: chmod 600 '{file}'.";
            }
        }

        // Who may write to the folder may replace the file.
        var folder = FolderOf(path);
        var folderMode = Directory.Exists(folder) ? File.GetUnixFileMode(folder) : OwnerFolder;
        return (folderMode & WriteOfOthers) == 0
            ? null
            : $"{folder} has mode {Octal(folderMode)}; others may replace the store: chmod 700 '{folder}'.";
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8);
}
