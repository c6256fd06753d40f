using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;

namespace Gateway.Exchange.Inbox;

/// <summary>The mappings of one message, by the day they were issued.</summary>
internal sealed class IssuedMappings
{
    private readonly Dictionary<long, int> _byDay = [];

    public IEnumerable<(DateTimeOffset Day, int Count)> Days =>
        _byDay.Select(day => (DateTimeOffset.UnixEpoch.AddDays(day.Key), day.Value));

    // An erasure discloses nothing and is not counted: a volume must never keep one from arriving.
    public void Add(IdentificationMapping mapping)
    {
        if (mapping.State != MappingState.Erased)
        {
            var day = mapping.IssuedAtS / 86_400;
            _byDay[day] = _byDay.GetValueOrDefault(day) + 1;
        }
    }
}

/// <summary>Holds what comes in to the volume agreed for a day.</summary>
internal sealed class InboundVolume
{
    private readonly DailyVolume _volume = new();

    /// <summary>Counts a message in, all of it or nothing.</summary>
    public bool TryTake(ChannelKey channel, IssuedMappings issued, int perDayMax)
    {
        var taken = new List<(DateTimeOffset Day, int Count)>();
        foreach (var (day, count) in issued.Days)
        {
            if (!_volume.TryTake(channel, day, count, perDayMax))
            {
                taken.ForEach(counted => _volume.GiveBack(channel, counted.Day, counted.Count));
                return false;
            }

            taken.Add((day, count));
        }

        return true;
    }

    /// <summary>Counts a message out again that was not kept.</summary>
    public void GiveBack(ChannelKey channel, IssuedMappings issued)
    {
        foreach (var (day, count) in issued.Days)
        {
            _volume.GiveBack(channel, day, count);
        }
    }
}
