namespace Gateway.Storage.Sqlite.Schema;

/// <summary>The first schema. Times are milliseconds of the Unix epoch; ids and digests are blobs.</summary>
internal static class Version1
{
    public const string Sql = """
        -- Wrapped data keys, apart from what they open. Rows are appended and, to destroy a key, overwritten by zeros of the same length;
        -- they never move or go. SQLite copies rows between pages when others grow, shrink or go, and secure_delete does not zero the
        -- copy that stays behind: a key in the row of its content would survive its erasure.
        CREATE TABLE data_key (
            key_id INTEGER PRIMARY KEY,
            wrapped BLOB NOT NULL
        ) STRICT;
        CREATE TRIGGER data_key_stays BEFORE DELETE ON data_key BEGIN SELECT RAISE(ABORT, 'data keys are overwritten, not deleted'); END;

        -- erased = 1 is the tombstone of a handle: id and handle digest are all that is left.
        CREATE TABLE binding (
            binding_row INTEGER PRIMARY KEY,
            binding_id BLOB NOT NULL UNIQUE CHECK (length(binding_id) = 16),
            handle_digest BLOB NOT NULL UNIQUE CHECK (length(handle_digest) = 32),
            content_digest BLOB NOT NULL,
            subject_digest BLOB NOT NULL CHECK (length(subject_digest) IN (0, 32)),
            key_id INTEGER NOT NULL REFERENCES data_key,
            erased INTEGER NOT NULL DEFAULT 0 CHECK (erased IN (0, 1)),
            ciphertext BLOB NOT NULL,
            CHECK (erased = 0 OR (length(ciphertext) = 0 AND length(content_digest) = 0 AND length(subject_digest) = 0))
        ) STRICT;

        CREATE TABLE outbound_channel (
            channel_id INTEGER PRIMARY KEY,
            sender TEXT NOT NULL,
            recipient TEXT NOT NULL,
            agreement_id TEXT NOT NULL,
            last_sequence INTEGER NOT NULL DEFAULT 0,
            last_message_hash BLOB NOT NULL DEFAULT x'',
            last_receipted INTEGER NOT NULL DEFAULT 0,
            open_entries INTEGER NOT NULL DEFAULT 0 CHECK (open_entries >= 0),
            UNIQUE (recipient, sender, agreement_id)
        ) STRICT;

        -- state: 2 sealed, 3 receipted, 4 refused, as DeliveryState numbers them.
        CREATE TABLE sealed_message (
            message_row INTEGER PRIMARY KEY,
            channel_id INTEGER NOT NULL REFERENCES outbound_channel,
            sequence INTEGER NOT NULL CHECK (sequence >= 1),
            message_id BLOB NOT NULL UNIQUE CHECK (length(message_id) = 16),
            message_hash BLOB NOT NULL CHECK (length(message_hash) = 32),
            sealed_at INTEGER NOT NULL,
            entry_count INTEGER NOT NULL CHECK (entry_count >= 1),
            state INTEGER NOT NULL CHECK (state IN (2, 3, 4)),
            has_envelope INTEGER NOT NULL CHECK (has_envelope IN (0, 1)),
            signed_message BLOB NOT NULL,
            UNIQUE (channel_id, sequence)
        ) STRICT;
        CREATE INDEX sealed_message_open ON sealed_message (channel_id, sequence) WHERE state <> 3;
        CREATE INDEX sealed_message_destroyable ON sealed_message (sealed_at) WHERE state = 3 AND has_envelope = 1;

        -- Envelopes and receipts have tables of their own: a change of state must not rewrite 100 KiB.
        CREATE TABLE sealed_envelope (
            message_row INTEGER PRIMARY KEY REFERENCES sealed_message,
            envelope BLOB NOT NULL
        ) STRICT;
        CREATE TABLE message_receipt (
            message_row INTEGER PRIMARY KEY REFERENCES sealed_message,
            receipt BLOB NOT NULL CHECK (length(receipt) > 0)
        ) STRICT;

        -- position is the order of arrival. message_row is NULL while the entry is queued; its state is then that of the message.
        CREATE TABLE outbox_entry (
            position INTEGER PRIMARY KEY,
            idempotency_key BLOB NOT NULL UNIQUE CHECK (length(idempotency_key) = 16),
            request_digest BLOB NOT NULL,
            mapping_id BLOB NOT NULL CHECK (length(mapping_id) = 16),
            version INTEGER NOT NULL,
            binding_id BLOB NOT NULL CHECK (length(binding_id) = 16),
            channel_id INTEGER NOT NULL REFERENCES outbound_channel,
            purpose TEXT NOT NULL,
            queued_at INTEGER NOT NULL,
            key_id INTEGER NOT NULL REFERENCES data_key,
            message_row INTEGER REFERENCES sealed_message,
            batch_index INTEGER,
            inclusion_path BLOB,
            ciphertext BLOB NOT NULL,
            CHECK ((message_row IS NULL) = (batch_index IS NULL)),
            CHECK (message_row IS NULL OR length(ciphertext) = 0)
        ) STRICT;
        CREATE INDEX outbox_entry_queued ON outbox_entry (channel_id, position) WHERE message_row IS NULL;
        CREATE UNIQUE INDEX outbox_entry_batch ON outbox_entry (message_row, batch_index) WHERE message_row IS NOT NULL;
        CREATE INDEX outbox_entry_mapping ON outbox_entry (mapping_id);
        CREATE INDEX outbox_entry_binding ON outbox_entry (binding_id);

        CREATE TABLE inbound_channel (
            channel_id INTEGER PRIMARY KEY,
            sender TEXT NOT NULL,
            recipient TEXT NOT NULL,
            agreement_id TEXT NOT NULL,
            epoch INTEGER NOT NULL DEFAULT 0,
            last_sequence INTEGER NOT NULL DEFAULT 0,
            last_message_hash BLOB NOT NULL DEFAULT x'',
            kept_mappings INTEGER NOT NULL DEFAULT 0 CHECK (kept_mappings >= 0),
            UNIQUE (sender, recipient, agreement_id)
        ) STRICT;

        -- The dedup key: sequence and message id, each once a channel, kept as long as the evidence. The leaf hashes give every mapping of the
        -- message a Merkle path; mappings are salted, so the hashes tell nothing of those that were erased.
        CREATE TABLE received_message (
            message_row INTEGER PRIMARY KEY,
            channel_id INTEGER NOT NULL REFERENCES inbound_channel,
            sequence INTEGER NOT NULL CHECK (sequence >= 1),
            message_id BLOB NOT NULL CHECK (length(message_id) = 16),
            message_hash BLOB NOT NULL CHECK (length(message_hash) = 32),
            signed_message BLOB NOT NULL,
            leaf_hashes BLOB NOT NULL CHECK (length(leaf_hashes) % 32 = 0),
            UNIQUE (channel_id, sequence),
            UNIQUE (channel_id, message_id)
        ) STRICT;
        CREATE TABLE issued_receipt (
            message_row INTEGER PRIMARY KEY REFERENCES received_message,
            receipt BLOB NOT NULL CHECK (length(receipt) > 0)
        ) STRICT;

        -- state as the proto numbers it; 4 is the tombstone. Ids are chosen by the issuer, so they count inside its channel only: another
        -- peer must not be able to change a mapping by naming its id.
        CREATE TABLE received_mapping (
            mapping_row INTEGER PRIMARY KEY,
            channel_id INTEGER NOT NULL REFERENCES inbound_channel,
            mapping_id BLOB NOT NULL CHECK (length(mapping_id) = 16),
            version INTEGER NOT NULL,
            state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4),
            pseudonym_digest BLOB NOT NULL CHECK (length(pseudonym_digest) IN (0, 32)),
            purpose TEXT NOT NULL,
            not_after INTEGER NOT NULL,
            message_row INTEGER NOT NULL REFERENCES received_message,
            batch_index INTEGER NOT NULL CHECK (batch_index >= 0),
            key_id INTEGER REFERENCES data_key,
            ciphertext BLOB NOT NULL,
            UNIQUE (mapping_id, channel_id),
            CHECK (state = 4 OR (key_id IS NOT NULL AND length(pseudonym_digest) = 32)),
            CHECK (state <> 4 OR (length(ciphertext) = 0 AND length(pseudonym_digest) = 0 AND purpose = ''))
        ) STRICT;
        CREATE INDEX received_mapping_pseudonym ON received_mapping (pseudonym_digest) WHERE state <> 4;
        CREATE INDEX received_mapping_expiry ON received_mapping (not_after) WHERE state <> 4;

        CREATE TABLE evidence (
            position INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            reason TEXT NOT NULL,
            at INTEGER NOT NULL,
            sender TEXT NOT NULL,
            recipient TEXT NOT NULL,
            agreement_id TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            message_hash BLOB NOT NULL,
            salt BLOB NOT NULL CHECK (length(salt) = 16),
            hash BLOB NOT NULL CHECK (length(hash) = 32)
        ) STRICT;
        CREATE TRIGGER evidence_is_not_changed BEFORE UPDATE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is only appended'); END;
        CREATE TRIGGER evidence_is_not_deleted BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is only appended'); END;
        """;
}
