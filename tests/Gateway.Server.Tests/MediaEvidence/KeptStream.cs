using System.Security.Cryptography;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Redaction;
using Gateway.Server.Records;
using Gateway.TestKit;
using Gateway.TestKit.Pki;
using Google.Protobuf;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.MediaEvidence;

/// <summary>The evidence of a stream as its client kept it, and its released frames in a folder; to be checked, or to be tampered with first.</summary>
internal sealed class KeptStream : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <param name="provider">Who signs.</param>
    /// <param name="frames">Frames answered.</param>
    /// <param name="checkpointEvery">A root after so many frames.</param>
    /// <param name="isClosed">False where the stream was cut off.</param>
    public KeptStream(TestProvider provider, int frames = 10, int checkpointEvery = 4, bool isClosed = true)
    {
        provider.Pki.WriteTo(_folder["keys"]);
        Directory.CreateDirectory(Released);
        var handle = RandomNumberGenerator.GetBytes(16);
        var ledger = new StreamLedger(handle, provider.Uri.Provider, new RecordSigner(provider.Signing, TimeProvider.System), TimeProvider.System);
        for (var number = 0; number < frames; number++)
        {
            var released = RandomNumberGenerator.GetBytes(64);
            File.WriteAllBytes(Frame(number), released);
            var record = Record(handle, number, released, provider.Uri.Provider).ToMessage().ToByteArray();
            ledger.Append(record, Decision.NothingFound);
            Entries.Add(new Wire.StreamEvidence { Record = ByteString.CopyFrom(record) });
            if ((number + 1) % checkpointEvery == 0)
            {
                Entries.Add(Root(ledger.Checkpoint()));
            }
        }

        if (isClosed)
        {
            Entries.Add(Root(ledger.Close()));
        }
    }

    /// <summary>What is written to the file; a test changes it before.</summary>
    public List<Wire.StreamEvidence> Entries { get; } = [];

    public string Released => _folder["released"];

    public string Anchors => _folder["keys/root.crt"];

    public string this[string name] => _folder[name];

    public static Wire.StreamEvidence Root(byte[] signed) => new() { SignedRecord = ByteString.CopyFrom(signed) };

    public string Frame(int number) => Path.Combine(Released, $"{number}.frame");

    public string Write()
    {
        var path = _folder["stream.evidence"];
        using var file = File.Create(path);
        StreamEvidenceFile.Begin(file);
        Entries.ForEach(entry => entry.WriteDelimitedTo(file));
        return path;
    }

    public Task<CommandResult> VerifyAsync(params string[] more) => InProcess.RunAsync(["verify", Write(), "--anchors", Anchors, .. more]);

    public void Dispose() => _folder.Dispose();

    private static DeidentificationRecord Record(byte[] handle, int number, byte[] released, string provider) => new()
    {
        RecordId = RandomNumberGenerator.GetBytes(16),
        StreamHandle = handle,
        FrameNumber = (ulong)number,
        Timestamp = number,
        Policy = new PolicyReference("default", 1),
        Technique = RedactionTechnique.OutsideFill,
        StrengthClass = StrengthClass.Irreversible,
        Model = new ModelReference("model", "1", RandomNumberGenerator.GetBytes(32), "CPU"),
        Decision = Decision.NothingFound,
        Reason = Reason.None,
        Regions = [],
        OutputSha256 = SHA256.HashData(released),
        SourceKeyedDigest = RandomNumberGenerator.GetBytes(32),
        DecidedAt = TimeProvider.System.GetUtcNow(),
        Provider = provider,
    };
}
