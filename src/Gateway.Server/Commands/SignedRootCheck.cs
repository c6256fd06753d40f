using System.Security.Cryptography;
using Gateway.Contracts.Deidentification.V1;
using Gateway.Sealing.Signatures;
using Gateway.Server.Records;
using Google.Protobuf;

namespace Gateway.Server.Commands;

/// <summary>A signed root of a stream that holds: what was signed, by whom and when.</summary>
internal sealed record SignedRoot(StreamRecord Record, byte[] Sha256, string Signer, DateTimeOffset SignedAt);

/// <summary>Checks the signature over a root of a stream and what every root has to say.</summary>
internal static class SignedRootCheck
{
    /// <returns>The root, or why it does not hold.</returns>
    public static (SignedRoot? Root, string Why) Run(byte[] signed, VerifySubject subject)
    {
        var (signers, outcome) = OfflineSigners.From(signed, subject.Anchors, subject.Now);
        var result = SignedDataVerifier.Verify(signed, ContentTypes.StreamRecord, signers);
        if (!result.IsVerified)
        {
            return (null, $"its signature does not hold: {result.Outcome} (certificate: {outcome})");
        }

        if (!SecondOpinion.Agrees(signed))
        {
            return (null, "the platform's CMS reader finds its signature bad");
        }

        if (TryParse(result.Message.Content) is not { } record || record.Kind == StreamRecordKind.Unspecified || record.MerkleRoot.Length != MerkleTree.HashBytes)
        {
            return (null, "what was signed is no root of a stream");
        }

        var signer = result.Message.Signer.Owner;
        return record.Provider == signer.Provider
            ? (new SignedRoot(record, SHA256.HashData(result.Message.Content.Span), signer.ToString(), result.Message.SigningTime), "")
            : (null, $"it speaks for {record.Provider}, and {signer.Provider} signed it");
    }

    public static void Describe(SignedRoot root, VerifyReport report)
    {
        var record = root.Record;
        report.Holds($"root {record.Sequence} of the stream ({(record.Kind == StreamRecordKind.Close ? "its end" : "a checkpoint")}) was signed by {root.Signer} at {root.SignedAt:u}");
        report.Notes($"it covers {record.Frames} frames answered, {record.FramesMasked} of them masked whole, {record.FramesWithheld} withheld");
        if (SoundMessage.TextOf(record.Sound) is { } sound)
        {
            report.Notes(sound);
        }
    }

    private static StreamRecord? TryParse(ReadOnlyMemory<byte> content)
    {
        try
        {
            return StreamRecord.Parser.ParseFrom(content.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
