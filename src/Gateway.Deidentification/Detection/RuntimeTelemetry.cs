using System.Runtime.InteropServices;

namespace Gateway.Deidentification.Detection;

/// <summary>
/// Keeps ONNX Runtime from reporting to its maker. Its official Linux builds (from 1.29) write a device identifier into the home folder and
/// send digests and names of the models they load, unless an environment variable is set when the library starts: a node that handles raw
/// pictures has no business talking to anybody, and none of its own either.
/// </summary>
internal static class RuntimeTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    private static readonly bool IsOff = TurnOff();

    /// <summary>Call before the runtime is touched for the first time in the process.</summary>
    public static void Disable() => _ = IsOff;

    private static bool TurnOff()
    {
        Environment.SetEnvironmentVariable(Variable, "1");

        // On Unix the framework keeps variables to itself; a native library reads those of the process.
        return OperatingSystem.IsWindows() || SetVariable(Variable, "1", 1) == 0;
    }

    [DllImport("libc", EntryPoint = "setenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetVariable(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int isOverwritten);
}
