using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;

namespace Gateway.Server.Records;

/// <summary>Signs de-identification records (D-26): one by one for stills, by their Merkle root for streams.</summary>
internal sealed class RecordSigner(SigningKey key, TimeProvider time)
{
    public byte[] Sign(ReadOnlySpan<byte> record) =>
        SignedDataWriter.SignStatement(record, ContentTypes.DeidentificationRecord, key, time.GetUtcNow());

    /// <summary>Signs a serialized stream record.</summary>
    public byte[] SignRoot(ReadOnlySpan<byte> root) =>
        SignedDataWriter.SignStatement(root, ContentTypes.StreamRecord, key, time.GetUtcNow());
}
