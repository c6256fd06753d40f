using SQLitePCL;

namespace Gateway.Storage.Sqlite.Connections;

/// <summary>The row a statement stands on. Reads columns as the ports speak of them; it is gone with the next step.</summary>
internal readonly struct Row(sqlite3_stmt statement)
{
    /// <summary>True for NULL.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    /// <summary>A whole number; 0 for NULL.</summary>
    public long Number(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>A whole number of 32 bits.</summary>
    public int Int(int column) => checked((int)Number(column));

    /// <summary>Yes or no, kept as 1 or 0.</summary>
    public bool Flag(int column) => Number(column) != 0;

    /// <summary>A text.</summary>
    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    /// <summary>A blob; empty for NULL.</summary>
    public byte[] Bytes(int column) => raw.sqlite3_column_blob(statement, column).ToArray();

    /// <summary>A time, kept in milliseconds of the Unix epoch, as UTC.</summary>
    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Number(column));
}
