using Xunit;

namespace Gateway.TestKit;

/// <summary>
/// Compares text with a file of the repository, so that a change of it is seen in review. With GATEWAY_WRITE_SNAPSHOTS=1 it writes the file
/// and fails, so that a forgotten variable cannot hide a change.
/// </summary>
public static class Snapshot
{
    public static void Matches(string actual, params string[] pathInRepository)
    {
        var path = Repository.PathOf(pathInRepository);
        if (Environment.GetEnvironmentVariable("GATEWAY_WRITE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, actual);
            Assert.Fail($"wrote {path}; run again without GATEWAY_WRITE_SNAPSHOTS");
        }

        Assert.True(File.Exists(path), $"there is no snapshot {path}; run once with GATEWAY_WRITE_SNAPSHOTS=1");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
