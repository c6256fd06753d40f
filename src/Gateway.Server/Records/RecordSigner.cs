using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;
using Google.Protobuf;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Records;

/// <summary>Signs de-identification records (D-26): one by one for stills, by their Merkle root for streams.</summary>
internal sealed class RecordSigner(SigningKey key, TimeProvider time)
{
    public byte[] Sign(ReadOnlySpan<byte> record) =>
        SignedDataWriter.SignStatement(record, ContentTypes.DeidentificationRecord, key, time.GetUtcNow());

    public byte[] Sign(Wire.StreamRecord record) =>
        SignedDataWriter.SignStatement(record.ToByteArray(), ContentTypes.StreamRecord, key, time.GetUtcNow());
}
