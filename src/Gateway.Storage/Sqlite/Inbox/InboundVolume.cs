using Gateway.Exchange.Inbox;
using Gateway.Storage.Sqlite.Writing;

namespace Gateway.Storage.Sqlite.Inbox;

/// <summary>Mappings received, by channel and the day they were issued on.</summary>
internal static class InboundVolume
{
    private const string Select = "SELECT mappings FROM inbound_volume WHERE channel_id = ?1 AND issued_day = ?2";

    private const string Add = """
        INSERT INTO inbound_volume (channel_id, issued_day, mappings) VALUES (?1, ?2, ?3)
        ON CONFLICT (channel_id, issued_day) DO UPDATE SET mappings = mappings + ?3
        """;

    /// <summary>Counts a message in, all of it or nothing.</summary>
    /// <returns>False when one of its days would have more than it may.</returns>
    public static bool TryTake(WriteSession session, long channelId, IReadOnlyList<IssuedOnDay> issued)
    {
        foreach (var day in issued)
        {
            if ((session.Connection.Number(Select, channelId, day.Day) ?? 0) + day.Mappings > day.MappingsMax)
            {
                return false;
            }
        }

        foreach (var day in issued)
        {
            session.Connection.Execute(Add, channelId, day.Day, (long)day.Mappings);
        }

        return true;
    }
}
