using System.Text;
using SQLitePCL;

namespace Gateway.Storage.Sqlite.Connections;

/// <summary>A value for a parameter of a statement: a number, a text, bytes, or NULL. It binds without a copy on the heap.</summary>
internal readonly struct SqlValue
{
    private const int TextBytesOnStack = 512;

    private readonly Kind kind;
    private readonly long number;
    private readonly string? text;
    private readonly ReadOnlyMemory<byte> bytes;

    private SqlValue(Kind kind, long number = 0, string? text = null, ReadOnlyMemory<byte> bytes = default)
    {
        this.kind = kind;
        this.number = number;
        this.text = text;
        this.bytes = bytes;
    }

    private enum Kind
    {
        Null,
        Number,
        Text,
        Bytes,
    }

    public static implicit operator SqlValue(long number) => new(Kind.Number, number);

    public static implicit operator SqlValue(long? number) => number is { } value ? value : default(SqlValue);

    public static implicit operator SqlValue(string text) => new(Kind.Text, text: text);

    public static implicit operator SqlValue(ReadOnlyMemory<byte> bytes) => new(Kind.Bytes, bytes: bytes);

    public static implicit operator SqlValue(byte[] bytes) => new(Kind.Bytes, bytes: bytes);

    /// <summary>Milliseconds of the Unix epoch.</summary>
    public static implicit operator SqlValue(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    /// <summary>Binds it; SQLite keeps a copy of its own.</summary>
    /// <returns>Result code of SQLite.</returns>
    public int Bind(sqlite3_stmt statement, int parameter) => kind switch
    {
        Kind.Number => raw.sqlite3_bind_int64(statement, parameter, number),
        Kind.Text => BindText(statement, parameter, text!),

        // A blob of no bytes is not NULL.
        Kind.Bytes when bytes.IsEmpty => raw.sqlite3_bind_zeroblob(statement, parameter, 0),
        Kind.Bytes => raw.sqlite3_bind_blob(statement, parameter, bytes.Span),
        _ => raw.sqlite3_bind_null(statement, parameter),
    };

    private static int BindText(sqlite3_stmt statement, int parameter, string text)
    {
        var bytesMax = Encoding.UTF8.GetMaxByteCount(text.Length);
        var encoded = bytesMax <= TextBytesOnStack ? stackalloc byte[TextBytesOnStack] : new byte[bytesMax];
        return raw.sqlite3_bind_text(statement, parameter, encoded[..Encoding.UTF8.GetBytes(text, encoded)]);
    }
}
