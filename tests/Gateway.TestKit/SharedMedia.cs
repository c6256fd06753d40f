using Xunit;

namespace Gateway.TestKit;

/// <summary>
/// Photographs and clips that stay out of the repository, in <c>shared/media</c> beside the checkout. They are never promised: a test that
/// wants one is skipped by name where it is absent, whatever GATEWAY_TOOLS_PROMISED says.
/// </summary>
public static class SharedMedia
{
    private static readonly string? Folder = FindFolder(AppContext.BaseDirectory);

    /// <summary>Path of a file such as <c>photos/photo-104.jpg</c>; skips the running test when it is absent.</summary>
    public static string Require(string file)
    {
        var path = Folder is null ? null : Path.Combine(Folder, file);
        Assert.SkipUnless(path is not null && File.Exists(path), $"needs shared/media/{file} beside the checkout");
        return path!;
    }

    private static string? FindFolder(string start)
    {
        var folder = new DirectoryInfo(start);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.Parent is null ? null : Path.Combine(folder.Parent.FullName, "shared", "media");
    }
}
