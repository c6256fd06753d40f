namespace Gateway.Storage.Sqlite;

/// <summary>How opening a store ended.</summary>
public enum StoreOpenOutcome
{
    /// <summary>The store is open.</summary>
    Opened,

    /// <summary>Another process, or another store in this one, writes to the file. Two writers would fork the evidence chain.</summary>
    InUse,

    /// <summary>Group or others have rights on the file, or may write to its folder.</summary>
    OpenToOthers,

    /// <summary>The file is a database of something else.</summary>
    NotAStore,

    /// <summary>The file was written by a newer version of this program.</summary>
    NewerSchema,

    /// <summary>The file does not read back as it was written.</summary>
    Damaged,

    /// <summary>The file cannot be opened or created: the disk, its rights or its space.</summary>
    Unavailable,
}

/// <summary>The answer of <see cref="SqliteExchangeStore.Open"/>.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Store">The store, when it is open; else null.</param>
/// <param name="Explanation">Why it is not open and what to do; empty when it is.</param>
public sealed record StoreOpenResult(StoreOpenOutcome Outcome, SqliteExchangeStore? Store, string Explanation);
