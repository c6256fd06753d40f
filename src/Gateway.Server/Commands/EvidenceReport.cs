using System.Security.Cryptography;
using System.Text;
using Gateway.Exchange.Evidence;
using Gateway.Sealing.Signatures;

namespace Gateway.Server.Commands;

/// <summary>Checks exported evidence: the signature over the checkpoint, and the chain up to it.</summary>
internal static class EvidenceReport
{
    // The clock of a node may be set back a little; an event that is later than the signature over it is not a matter of that.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    public static bool Recognises(FileInfo path)
    {
        if (!path.Exists)
        {
            return false;
        }

        using var file = Open(path.FullName);
        var head = new char[EvidenceFile.Header.Length];
        return file.ReadBlock(head) == head.Length && head.AsSpan().SequenceEqual(EvidenceFile.Header);
    }

    public static void Run(VerifySubject subject, VerifyReport report)
    {
        var path = subject.Path;
        var message = SignedParts.Read(subject.Message);
        var reading = EvidenceFileReading.Read(() => Open(path), message is null ? default : SHA256.HashData(message.Attributes.Span));
        foreach (var finding in reading.Findings)
        {
            report.Fails(finding);
        }

        if (reading.Checkpoint is null)
        {
            report.Fails("the signed checkpoint at the end is missing, cut or followed by something");
            return;
        }

        if (CheckSignature(reading.Checkpoint, subject, report) is { } checkpoint)
        {
            CheckChain(path, reading, checkpoint, report);
            Describe(reading, subject, report);
        }
    }

    private static StreamReader Open(string path) => new(path, Encoding.ASCII);

    private static EvidenceCheckpoint? CheckSignature(byte[] signed, VerifySubject subject, VerifyReport report)
    {
        var (signers, outcome) = OfflineSigners.From(signed, subject.Anchors, subject.Now);
        var result = SignedDataVerifier.Verify(signed, ContentTypes.EvidenceCheckpoint, signers);
        if (!result.IsVerified)
        {
            report.Fails($"the checkpoint's signature does not hold: {result.Outcome} (certificate: {outcome})");
            return null;
        }

        if (EvidenceCheckpoint.Read(result.Message.Content.Span) is not { } checkpoint || checkpoint.Gateway != result.Message.Signer.Owner)
        {
            report.Fails("what was signed is no checkpoint of its signer");
            return null;
        }

        report.Holds($"the checkpoint was signed by {checkpoint.Gateway} at {result.Message.SigningTime:u}");
        report.Require(SecondOpinion.Agrees(signed), "second opinion: the platform's CMS reader finds the signature good");
        return checkpoint;
    }

    private static void CheckChain(string path, EvidenceFileReading reading, EvidenceCheckpoint checkpoint, VerifyReport report)
    {
        report.Require(
            reading.FirstPosition == checkpoint.FirstPosition && reading.LastPosition == checkpoint.LastPosition && reading.Findings.Count == 0,
            $"positions {checkpoint.FirstPosition} to {checkpoint.LastPosition} are there, none missing and none more");
        report.Require(
            EvidenceFileReading.Follow(() => Open(path), checkpoint.PreviousHash.Span).AsSpan().SequenceEqual(checkpoint.Hash.Span),
            "the chain leads to the hash that was signed: no event was altered, dropped, added or moved");
        report.Require(
            reading.Parties.All(party => party.Sender == checkpoint.Gateway.Provider || party.Recipient == checkpoint.Gateway.Provider),
            $"every event shown has {checkpoint.Gateway.Provider} as one of its parties");
        report.Require(reading.Newest <= checkpoint.At + ClockTolerance, "no event is later than the signature");
    }

    private static void Describe(EvidenceFileReading reading, VerifySubject subject, VerifyReport report)
    {
        foreach (var (name, count) in reading.Counts)
        {
            report.Notes($"{count,8} {name}");
        }

        if (reading.Omitted > 0)
        {
            report.Notes($"{reading.Omitted,8} events are left out: their digests hold their places in the chain");
        }

        if (subject.Message.Length > 0)
        {
            report.Require(reading.OfMessage.Count > 0, $"the message is spoken of{(reading.OfMessage.Count == 0 ? "" : $" at position {string.Join(", ", reading.OfMessage)}")}");
        }
    }
}
