using System.Security.Cryptography;
using Gateway.Deidentification.Records;
using Gateway.Sealing.Signatures;
using Google.Protobuf;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Records;

/// <summary>
/// The Merkle tree over the records of one stream and its signed roots. Each root covers all records so far, names the root before it by its
/// digest and carries the proof that the older tree is its beginning: none can be left out or exchanged unnoticed. One caller at a time.
/// </summary>
internal sealed class StreamLedger(ReadOnlyMemory<byte> streamHandle, string provider, RecordSigner signer, TimeProvider time)
{
    private readonly GrowingMerkleTree _records = new();
    private byte[] _previousSha256 = [];
    private ulong _sequence;
    private ulong _masked;
    private ulong _withheld;
    private ulong _checked;
    private ulong _escapes;

    /// <summary>True when no signed root speaks of the latest records yet.</summary>
    public bool HasUnsigned => _records.Count > _records.MarkedCount;

    /// <summary>Number of records so far.</summary>
    public long Count => _records.Count;

    /// <param name="record">The bytes of the record as they are sent and kept.</param>
    /// <param name="decision">What they say was decided.</param>
    /// <param name="isChecked">True where they say that the output was checked.</param>
    /// <param name="escapes">Regions that they say only the check found.</param>
    public void Append(ReadOnlySpan<byte> record, Decision decision, bool isChecked = false, int escapes = 0)
    {
        _checked += isChecked ? 1u : 0u;
        _escapes += (ulong)escapes;
        _records.Append(record);
        _masked += decision == Decision.FrameMasked ? 1u : 0u;
        _withheld += decision == Decision.Withheld ? 1u : 0u;
    }

    /// <summary>A signed root on the way.</summary>
    public byte[] Checkpoint() => Sign(Wire.StreamRecordKind.Checkpoint, [], Wire.Sound.Unspecified);

    /// <summary>The signed root of a stream that ended well.</summary>
    /// <param name="outputSha256">SHA-256 of the file that all frames were released in; empty where there is none.</param>
    /// <param name="sound">What became of the sound of that file.</param>
    public byte[] Close(ReadOnlySpan<byte> outputSha256 = default, Wire.Sound sound = Wire.Sound.Unspecified) => Sign(Wire.StreamRecordKind.Close, outputSha256, sound);

    private byte[] Sign(Wire.StreamRecordKind kind, ReadOnlySpan<byte> outputSha256, Wire.Sound sound)
    {
        _sequence++;
        var root = new Wire.StreamRecord
        {
            StreamHandle = ByteString.CopyFrom(streamHandle.Span),
            Frames = (ulong)_records.Count,
            MerkleRoot = UnsafeByteOperations.UnsafeWrap(_records.Root()),
            FramesMasked = _masked,
            FramesWithheld = _withheld,
            FramesChecked = _checked,
            Escapes = _escapes,
            MadeAtUs = RecordMessages.Microseconds(time.GetUtcNow()),
            Provider = provider,
            Kind = kind,
            Sequence = _sequence,
            PreviousSha256 = ByteString.CopyFrom(_previousSha256),
            PreviousFrames = (ulong)_records.MarkedCount,
            ConsistencyPath = UnsafeByteOperations.UnsafeWrap(_records.ConsistencyPath()),
            OutputSha256 = ByteString.CopyFrom(outputSha256),
            Sound = sound,
        }.ToByteArray();
        _previousSha256 = SHA256.HashData(root);
        _records.Mark();
        return signer.SignRoot(root);
    }
}
