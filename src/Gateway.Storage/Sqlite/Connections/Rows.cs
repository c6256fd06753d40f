using Microsoft.Data.Sqlite;

namespace Gateway.Storage.Sqlite.Connections;

/// <summary>Reads columns as the ports speak of them.</summary>
internal static class Rows
{
    /// <summary>A blob; empty for NULL.</summary>
    public static ReadOnlyMemory<byte> Bytes(this SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? ReadOnlyMemory<byte>.Empty : row.GetFieldValue<byte[]>(column);

    /// <summary>A time, kept in milliseconds of the Unix epoch, as UTC.</summary>
    public static DateTimeOffset Time(this SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    /// <summary>A whole number; 0 for NULL.</summary>
    public static long NumberOrZero(this SqliteDataReader row, int column) => row.IsDBNull(column) ? 0 : row.GetInt64(column);
}
