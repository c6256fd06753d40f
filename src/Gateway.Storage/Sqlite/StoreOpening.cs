using System.Diagnostics.Metrics;
using Gateway.Exchange;
using Gateway.Storage.Sqlite.Check;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Files;
using Gateway.Storage.Sqlite.Schema;
using Gateway.Storage.Sqlite.Writing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Gateway.Storage.Sqlite;

/// <summary>
/// Opens a store:
///   1 the folder exists and the files are their owner's alone;
///   2 nobody else writes to the file;
///   3 the file is a store, and not of a newer program;
///   4 what is in it reads back;
///   5 the schema is brought to the version of this program;
///   6 the log of the last run is merged, and with it what an erasure had no time to scrub.
/// </summary>
internal static class StoreOpening
{
    public static StoreOpenResult Open(SqliteStoreOptions options, ILogger logger, IMeterFactory? meterFactory)
    {
        var findings = options.Validate();
        if (findings.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', findings), nameof(options));
        }

        var result = TryOpen(options, logger, meterFactory);
        if (result.Store is null)
        {
            logger.StoreRefused(options.Path, result.Outcome, result.Explanation);
        }

        return result;
    }

    private static StoreOpenResult TryOpen(SqliteStoreOptions options, ILogger logger, IMeterFactory? meterFactory)
    {
        try
        {
            StoreFile.CreateFolder(options.Path);
            if (StoreFile.FindOpenToOthers(options.Path) is { } openToOthers)
            {
                return Refused(StoreOpenOutcome.OpenToOthers, openToOthers);
            }

            var held = StoreLock.TryTake(options.Path);
            if (held is null)
            {
                return Refused(StoreOpenOutcome.InUse, $"Another process writes to {options.Path}; stop it, or name another file in Storage:Path.");
            }

            var result = OpenLocked(options, held, logger, meterFactory);
            if (result.Store is null)
            {
                held.Dispose();
            }

            return result;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refused(StoreOpenOutcome.Unavailable, $"{options.Path} cannot be opened or created: {e.Message}");
        }
    }

    private static StoreOpenResult OpenLocked(SqliteStoreOptions options, StoreLock held, ILogger logger, IMeterFactory? meterFactory)
    {
        PreparedConnection? connection = null;
        try
        {
            StoreFile.Create(options.Path);
            connection = ConnectionOpener.OpenWriter(options);
            if (Examine(connection, options) is { } refusal)
            {
                return refusal;
            }

            Migrate(connection, logger);
            LogScrubber.TryEmpty(connection);
            var writer = new GroupCommitWriter(options, connection, meterFactory, logger);
            connection = null;
            return new StoreOpenResult(StoreOpenOutcome.Opened, new SqliteExchangeStore(options, held, writer), "");
        }
        catch (SqliteException e)
        {
            return Refused(SqliteFailure.Unavailable(e));
        }
        catch (StoreUnavailableException e)
        {
            return Refused(e);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private static StoreOpenResult? Examine(PreparedConnection connection, SqliteStoreOptions options)
    {
        if (SchemaMigrations.Refusal(connection) is { } refusal)
        {
            return Refused(refusal.Outcome, refusal.Explanation);
        }

        if (new FileInfo(options.Path).Length > options.OpenCheckBytesMax)
        {
            return null;
        }

        var findings = PageCheck.Quick(connection);
        return findings.Count == 0
            ? null
            : Refused(StoreOpenOutcome.Damaged, $"{options.Path} does not read back as it was written ({findings[0]}); run 'gateway verify --store' and restore from a backup.");
    }

    private static void Migrate(PreparedConnection connection, ILogger logger)
    {
        var from = SchemaMigrations.Apply(connection);
        if (from != SchemaMigrations.Newest)
        {
            logger.StoreMigrated(from, SchemaMigrations.Newest);
        }
    }

    private static StoreOpenResult Refused(StoreUnavailableException e) =>
        Refused(e.Reason == StoreUnavailableReason.Damaged ? StoreOpenOutcome.Damaged : StoreOpenOutcome.Unavailable, e.Message);

    private static StoreOpenResult Refused(StoreOpenOutcome outcome, string explanation) => new(outcome, null, explanation);
}
