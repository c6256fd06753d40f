using Gateway.Exchange.Delivery;
using Gateway.Exchange.Inbox;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Evidence;
using Gateway.Storage.Sqlite.Writing;

namespace Gateway.Storage.Sqlite.Inbox;

/// <summary>Messages that came in: the dedup key, what the receipt answers, and the receipt.</summary>
internal static class ReceivedMessages
{
    private const string SelectBySequence = """
        SELECT m.message_row, m.message_id, m.message_hash, r.receipt
        FROM received_message m LEFT JOIN issued_receipt r USING (message_row) WHERE m.channel_id = ?1 AND m.sequence = ?2
        """;

    private const string SelectById = """
        SELECT message_row, message_id, message_hash, NULL FROM received_message WHERE channel_id = ?1 AND message_id = ?2
        """;

    private const string Insert = """
        INSERT INTO received_message (channel_id, sequence, message_id, message_hash, signed_message, leaf_hashes)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """;

    private const string InsertReceipt = "INSERT INTO issued_receipt (message_row, receipt) VALUES (?1, ?2)";

    /// <summary>
    /// Repeatable: sequence, message id and hash decide.
    ///   1 the session must be the newest of the channel;
    ///   2 a sequence or message id that was there before is a repeat or an equivocation;
    ///   3 sequence and previous hash must continue the channel;
    ///   4 no day may have more mappings than agreed;
    ///   5 message, receipt, mappings, evidence and the new state of the channel are kept.
    /// </summary>
    public static AcceptResult Accept(WriteSession session, VerifiedBatch batch)
    {
        var channel = InboundChannels.Find(session.Connection, batch.Channel);
        if (channel is null || batch.Epoch != channel.State.Epoch)
        {
            return Outcome(AcceptOutcome.Fenced);
        }

        if (FindKnown(session, channel.Id, batch) is { } known)
        {
            return known;
        }

        if (batch.Sequence != channel.State.LastSequence + 1 || !batch.PreviousMessageHash.Span.SequenceEqual(channel.State.LastMessageHash.Span))
        {
            return Outcome(AcceptOutcome.OutOfSequence);
        }

        if (!InboundVolume.TryTake(session, channel.Id, batch.Issued))
        {
            return Outcome(AcceptOutcome.VolumeExceeded);
        }

        var message = session.Connection.Insert(
            Insert, channel.Id, batch.Sequence, batch.MessageId, batch.MessageHash, batch.SignedMessage, batch.LeafHashes);
        if (!batch.Receipt.IsEmpty)
        {
            session.Connection.Execute(InsertReceipt, message, batch.Receipt);
        }

        var changes = ReceivedMappings.KeepAll(session, channel.Id, message, batch).Select(change => batch.Accepted with { Name = change.Name, Reason = change.Reason });
        foreach (var evidence in batch.Changes.Prepend(batch.Accepted).Concat(changes))
        {
            EvidenceTable.Append(session, evidence);
        }

        InboundChannels.AdvanceTo(session, channel.Id, batch);
        return new AcceptResult(AcceptOutcome.Accepted, batch.Receipt);
    }

    /// <summary>Repeatable: the first receipt stays, and is returned.</summary>
    public static ReadOnlyMemory<byte> RecordReceipt(WriteSession session, ChannelKey channel, long sequence, ReadOnlyMemory<byte> receipt)
    {
        var known = InboundChannels.Find(session.Connection, channel);
        var message = known is null ? null : session.Connection.First(SelectBySequence, Read, known.Id, sequence);
        if (message is null)
        {
            throw new InvalidOperationException(FormattableString.Invariant($"No message of sequence {sequence} was accepted in this channel."));
        }

        if (!message.Receipt.IsEmpty)
        {
            return message.Receipt;
        }

        session.Connection.Execute(InsertReceipt, message.Row, receipt);
        return receipt;
    }

    private static AcceptResult? FindKnown(WriteSession session, long channelId, VerifiedBatch batch)
    {
        var message = session.Connection.First(SelectBySequence, Read, channelId, batch.Sequence);
        if (message is not null)
        {
            return message.Id.Span.SequenceEqual(batch.MessageId.Span) && message.Hash.Span.SequenceEqual(batch.MessageHash.Span)
                ? new AcceptResult(AcceptOutcome.Repeat, message.Receipt)
                : Equivocation(message);
        }

        return session.Connection.First(SelectById, Read, channelId, batch.MessageId) is { } other ? Equivocation(other) : null;
    }

    private static AcceptResult Equivocation(Message kept) => new(AcceptOutcome.Equivocation, ReadOnlyMemory<byte>.Empty, kept.Hash);

    private static AcceptResult Outcome(AcceptOutcome outcome) => new(outcome, ReadOnlyMemory<byte>.Empty);

    private static Message Read(Row row) => new(row.Number(0), row.Bytes(1), row.Bytes(2), row.Bytes(3));

    private sealed record Message(long Row, ReadOnlyMemory<byte> Id, ReadOnlyMemory<byte> Hash, ReadOnlyMemory<byte> Receipt);
}
