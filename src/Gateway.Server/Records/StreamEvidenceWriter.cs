using Gateway.Contracts.Deidentification.V1;
using Google.Protobuf;

namespace Gateway.Server.Records;

/// <summary>
/// Keeps the evidence of a stream that is de-identified on the spot, without a client: every record goes to the file as it is made, a signed
/// root after every interval and one at the end. What is on disk when the process dies can be checked up to its last root.
/// </summary>
internal sealed class StreamEvidenceWriter : IDisposable
{
    private readonly FileStream _file;
    private readonly StreamLedger _ledger;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private long _signedAt;

    /// <summary>Begins a file; one that exists is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ledger">Ledger of the stream, without records yet.</param>
    /// <param name="time">Tells when the next root is due.</param>
    /// <param name="interval">Time between roots.</param>
    public StreamEvidenceWriter(string path, StreamLedger ledger, TimeProvider time, TimeSpan interval)
    {
        (_ledger, _time, _interval) = (ledger, time, interval);
        _file = File.Create(path);
        _signedAt = time.GetTimestamp();
        StreamEvidenceFile.Begin(_file);
    }

    /// <summary>Keeps the record of the next frame.</summary>
    public void Append(Deidentification.Records.DeidentificationRecord record)
    {
        var bytes = record.ToMessage().ToByteArray();
        _ledger.Append(bytes, record.Decision, record.IsChecked, record.Escapes);
        StreamEvidenceFile.AppendRecord(_file, bytes);
        if (_time.GetElapsedTime(_signedAt) >= _interval)
        {
            AppendRoot(_ledger.Checkpoint());
        }
    }

    /// <summary>Signs the last root; the stream ended well.</summary>
    /// <param name="outputSha256">SHA-256 of the file that the frames were released in; empty where there is none.</param>
    /// <param name="sound">What became of the sound of that file.</param>
    public void Close(ReadOnlySpan<byte> outputSha256, Sound sound) => AppendRoot(_ledger.Close(outputSha256, sound));

    public void Dispose() => _file.Dispose();

    private void AppendRoot(byte[] signedRecord)
    {
        StreamEvidenceFile.AppendRoot(_file, signedRecord);
        _file.Flush(flushToDisk: true);
        _signedAt = _time.GetTimestamp();
    }
}
