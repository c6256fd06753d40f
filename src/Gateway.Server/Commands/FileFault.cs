namespace Gateway.Server.Commands;

/// <summary>What the operating system said against reading or writing one file, with a remedy. It ends that file, never the others.</summary>
internal static class FileFault
{
    // Numbers of "no space left" on Unix and of "disk full" on Windows.
    private const int NoSpaceUnix = 28;
    private const int NoSpaceWindows = unchecked((int)0x80070070);

    /// <summary>True where one file cannot be read or written, whatever is wrong with it.</summary>
    public static bool Is(Exception fault) => fault is IOException or UnauthorizedAccessException;

    /// <exception cref="UnauthorizedAccessException">A folder has the name of the output.</exception>
    public static void ThrowIfFolder(string target)
    {
        if (Directory.Exists(target))
        {
            throw new UnauthorizedAccessException($"A folder has the name of the output '{target}'.");
        }
    }

    /// <summary>Reason and remedy, for the operator who named the file.</summary>
    public static string Say(Exception fault) => $"{fault.Message.TrimEnd('.')}; {RemedyOf(fault)}";

    private static string RemedyOf(Exception fault) => fault switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it is gone, or a link to nothing: restore it or leave it out",
        UnauthorizedAccessException => "give this user the right to read the source and to write the output, and let no folder have the name of an output",
        { HResult: NoSpaceUnix or NoSpaceWindows } => "make room on the disk and run it again",
        _ => "see that the source can be read, and that no file lies where the output needs a folder and no folder where it needs a file",
    };
}
