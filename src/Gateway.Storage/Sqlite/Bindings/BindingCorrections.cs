using System.Security.Cryptography;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Outbox;
using Gateway.Storage.Sqlite.Writing;

namespace Gateway.Storage.Sqlite.Bindings;

/// <summary>Corrections of bindings, each with what tells peers in one transaction.</summary>
internal static class BindingCorrections
{
    private const string Select = "SELECT request_digest, corrected, recalled FROM correction WHERE idempotency_key = ?1";
    private const string Insert = "INSERT INTO correction (idempotency_key, request_digest, corrected, recalled) VALUES (?1, ?2, ?3, ?4)";

    /// <summary>
    /// Repeatable: the idempotency key decides.
    ///   1 a correction that was done is not done again;
    ///   2 what was shared is still what was read;
    ///   3 a merge leaves one subject, a split two;
    ///   4 the bindings are replaced;
    ///   5 what tells peers is queued.
    /// </summary>
    /// <exception cref="CorrectionRefusedException">It cannot be done; what is in the transaction is not whole.</exception>
    public static CorrectionResult Correct(WriteSession session, BindingCorrection correction, long entriesMax)
    {
        if (session.Connection.First(Select, Read, correction.IdempotencyKey) is { } done)
        {
            return CryptographicOperations.FixedTimeEquals(done.RequestDigest.Span, correction.RequestDigest.Span)
                ? new CorrectionResult(CorrectionOutcome.Repeat, done.Corrected, done.Recalled)
                : new CorrectionResult(CorrectionOutcome.Conflict, 0, 0);
        }

        Require(correction.Bindings.All(binding => IsSharedAsRead(session, binding)), CorrectionOutcome.Changed);
        RequireKind(session.Connection, correction);
        Require(correction.Bindings.All(binding => BindingTable.Replace(session, binding.Before, binding.After)), CorrectionOutcome.Changed);
        var corrected = correction.Corrected.Count(told => IsQueued(session, told, entriesMax));
        var recalled = correction.Recalled.Count(told => IsQueued(session, told, entriesMax));
        session.Connection.Execute(Insert, correction.IdempotencyKey, correction.RequestDigest, (long)corrected, (long)recalled);
        return new CorrectionResult(CorrectionOutcome.Corrected, corrected, recalled);
    }

    private static bool IsSharedAsRead(WriteSession session, CorrectedBinding binding)
    {
        var shared = Deliveries.ReadShared(session.Connection, binding.Before.BindingId);
        return shared.Count == binding.Shared.Count
            && shared.Zip(binding.Shared).All(pair => pair.First.Version == pair.Second.Version && pair.First.MappingId.Span.SequenceEqual(pair.Second.MappingId.Span));
    }

    private static void RequireKind(PreparedConnection connection, BindingCorrection correction)
    {
        var stays = correction.Bindings[0].After.SubjectDigest;
        var bySubject = correction.Bindings.GroupBy(binding => Convert.ToHexString(binding.Before.SubjectDigest.Span)).ToArray();
        var isMoved = bySubject.All(bindings => !bindings.First().Before.SubjectDigest.Span.SequenceEqual(stays.Span));
        var left = bySubject.Sum(bindings => BindingTable.CountOf(connection, bindings.First().Before.SubjectDigest) - bindings.Count());
        if (correction.Kind == CorrectionKind.Merge)
        {
            Require(isMoved && left == 0 && BindingTable.CountOf(connection, stays) > 0, CorrectionOutcome.NotAMerge);
        }
        else if (correction.Kind == CorrectionKind.Split)
        {
            Require(isMoved && left > 0 && bySubject.Length == 1, CorrectionOutcome.NotASplit);
        }
    }

    private static bool IsQueued(WriteSession session, (OutboxEntry Entry, EvidenceEvent Submitted) told, long entriesMax)
    {
        var (outcome, _) = OutboxEntries.Enqueue(session, told.Entry, told.Submitted, entriesMax);
        Require(outcome != EnqueueOutcome.Full, CorrectionOutcome.Full);
        Require(outcome != EnqueueOutcome.VolumeUsedUp, CorrectionOutcome.VolumeUsedUp);
        return outcome == EnqueueOutcome.Queued;
    }

    private static void Require(bool holds, CorrectionOutcome otherwise)
    {
        if (!holds)
        {
            throw new CorrectionRefusedException(otherwise);
        }
    }

    private static Done Read(Row row) => new(row.Bytes(0), row.Int(1), row.Int(2));

    private sealed record Done(ReadOnlyMemory<byte> RequestDigest, int Corrected, int Recalled);
}

/// <summary>Takes back what a correction began; the writer keeps the rest of its group.</summary>
internal sealed class CorrectionRefusedException(CorrectionOutcome outcome) : Exception
{
    public CorrectionOutcome Outcome { get; } = outcome;
}
