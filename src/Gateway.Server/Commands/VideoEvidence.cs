using System.Text;
using Gateway.Contracts.Deidentification.V1;
using Gateway.Deidentification.Video;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;
using Gateway.Server.Hosting;
using Gateway.Server.Records;
using Google.Protobuf;
using Kept = Gateway.Deidentification.Records;

namespace Gateway.Server.Commands;

/// <summary>Keeps the records of a video: under signed roots where there is a key, else under a root that nobody signs.</summary>
internal sealed class VideoEvidence(string path, MediaEngine engine, SigningKey? signing) : IDisposable
{
    private readonly GrowingMerkleTree _unsigned = new();
    private StreamEvidenceWriter? _signed;
    private FileStream? _records;
    private ulong _masked;
    private ReadOnlyMemory<byte> _handle;

    /// <summary>Keeps the record of the next frame; the first says which stream it is.</summary>
    public void Append(Kept.DeidentificationRecord record)
    {
        _handle = record.StreamHandle;
        if (signing is not null)
        {
            _signed ??= new StreamEvidenceWriter(
                path,
                new StreamLedger(record.StreamHandle, engine.Parts.Records.Provider, new RecordSigner(signing, engine.Parts.Time), engine.Parts.Time),
                engine.Parts.Time,
                engine.Settings.CheckpointInterval);
            _signed.Append(record);
            return;
        }

        if (_records is null)
        {
            _records = File.Create(path);
            StreamEvidenceFile.Begin(_records);
        }

        var bytes = record.ToMessage().ToByteArray();
        _unsigned.Append(bytes);
        _masked += record.Decision == Kept.Decision.FrameMasked ? 1u : 0u;
        StreamEvidenceFile.AppendRecord(_records, bytes);
    }

    /// <summary>The stream ended well, in a file of this digest with this sound.</summary>
    /// <returns>The root as text, where nobody signs one.</returns>
    public byte[]? Close(byte[] outputSha256, SoundTreatment sound)
    {
        if (_signed is not null)
        {
            _signed.Close(outputSha256, SoundMessage.Of(sound));
            return null;
        }

        _records!.Flush(flushToDisk: true);
        var root = new StreamRecord
        {
            StreamHandle = ByteString.CopyFrom(_handle.Span),
            Frames = (ulong)_unsigned.Count,
            MerkleRoot = UnsafeByteOperations.UnsafeWrap(_unsigned.Root()),
            FramesMasked = _masked,
            MadeAtUs = RecordMessages.Microseconds(engine.Parts.Time.GetUtcNow()),
            Provider = engine.Parts.Records.Provider,
            Kind = StreamRecordKind.Close,
            Sequence = 1,
            OutputSha256 = UnsafeByteOperations.UnsafeWrap(outputSha256),
            Sound = SoundMessage.Of(sound),
        };
        return Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(root));
    }

    public void Dispose()
    {
        _signed?.Dispose();
        _records?.Dispose();
    }
}
