using Gateway.Exchange.Delivery;

namespace Gateway.Exchange.Agreements;

/// <summary>
/// Counts the mappings issued under each agreement on each day (UTC), so that a number agreed for a day is kept. Days count by when mappings
/// were issued, the same at both ends: what piled up while a peer was away is not more than was agreed. May be used by several threads.
/// </summary>
/// <remarks>The counts live in memory: a restart begins the day anew.</remarks>
internal sealed class DailyVolume
{
    // Retention is agreed in days, and no mapping arrives later than that; older days are never asked for again.
    private const int DaysKept = 400;

    private readonly Lock _counting = new();
    private readonly Dictionary<(ChannelKey Channel, long Day), int> _counts = [];

    /// <summary>Counts mappings in, unless that would be more than agreed.</summary>
    public bool TryTake(ChannelKey channel, DateTimeOffset issuedAt, int count, int perDayMax)
    {
        var key = (channel, Day(issuedAt));
        lock (_counting)
        {
            var before = _counts.GetValueOrDefault(key);
            if (before > perDayMax - count)
            {
                return false;
            }

            if (before == 0)
            {
                Forget(key.Item2 - DaysKept);
            }

            _counts[key] = before + count;
            return true;
        }
    }

    /// <summary>Counts mappings out again that did not come to be.</summary>
    public void GiveBack(ChannelKey channel, DateTimeOffset issuedAt, int count)
    {
        lock (_counting)
        {
            var key = (channel, Day(issuedAt));
            _counts[key] = Math.Max(0, _counts.GetValueOrDefault(key) - count);
        }
    }

    private static long Day(DateTimeOffset at) => at.ToUnixTimeSeconds() / 86_400;

    private void Forget(long before)
    {
        foreach (var old in _counts.Keys.Where(key => key.Day < before).ToArray())
        {
            _counts.Remove(old);
        }
    }
}
