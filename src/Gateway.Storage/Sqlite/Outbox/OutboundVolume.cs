using Gateway.Storage.Sqlite.Writing;

namespace Gateway.Storage.Sqlite.Outbox;

/// <summary>Mappings queued, by channel and day.</summary>
internal static class OutboundVolume
{
    // At the limit the row stays as it is, and no row was changed.
    private const string Add = """
        INSERT INTO outbound_volume (channel_id, issued_day, mappings) VALUES (?1, ?2, 1)
        ON CONFLICT (channel_id, issued_day) DO UPDATE SET mappings = mappings + 1 WHERE mappings < ?3
        """;

    /// <summary>Counts one more in; false when the day has as many as it may.</summary>
    public static bool TryTakeOne(WriteSession session, long channelId, DateTimeOffset issuedAt, int mappingsMax) =>
        session.Connection.Execute(Add, channelId, issuedAt.ToUnixTimeSeconds() / 86_400, (long)mappingsMax) == 1;
}
