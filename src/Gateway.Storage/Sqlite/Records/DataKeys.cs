using Gateway.Exchange.Mappings;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Writing;

namespace Gateway.Storage.Sqlite.Records;

/// <summary>Wrapped data keys, each in a row that never moves, so that overwriting it leaves no copy behind.</summary>
internal static class DataKeys
{
    private const string Insert = "INSERT INTO data_key (wrapped) VALUES (?1)";
    private const string Overwrite = "UPDATE data_key SET wrapped = zeroblob(length(wrapped)) WHERE key_id = ?1";

    /// <summary>Keeps the wrapped key of a record and returns its id.</summary>
    public static long Keep(WriteSession session, ProtectedRecord record)
    {
        if (record.WrappedKey.IsEmpty)
        {
            throw new ArgumentException("A record without a wrapped key is an erased one and cannot be kept.", nameof(record));
        }

        return session.Connection.Insert(Insert, record.WrappedKey);
    }

    /// <summary>Overwrites a key with zeros. Null does nothing.</summary>
    public static void Destroy(WriteSession session, long? keyId, ScrubNeed need)
    {
        if (keyId is not null)
        {
            session.Connection.Execute(Overwrite, keyId);
            session.Destroys(need);
        }
    }

    /// <summary>Reads a record from the columns of its wrapped key and its ciphertext; an erased one is empty, whatever zeros are left.</summary>
    public static ProtectedRecord Read(Row row, int wrappedKey, int ciphertext, bool erased) => erased
        ? new ProtectedRecord(ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty)
        : new ProtectedRecord(row.Bytes(wrappedKey), row.Bytes(ciphertext));
}
