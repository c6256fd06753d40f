using System.Diagnostics;
using Xunit;

namespace Gateway.TestKit;

/// <summary>Waits for something that must come; names it when it does not.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task BeTrueAsync(Func<bool> condition, string whatMustCome, TimeSpan? patience = null)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < (patience ?? Patience), $"did not come in time: {whatMustCome}");
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }
}
