using System.Security.Cryptography;
using Gateway.Contracts.Deidentification.V1;
using Gateway.Sealing.Signatures;
using Google.Protobuf;

namespace Gateway.Server.Commands;

/// <summary>Checks the signed root of a stream, and the stream's records against it.</summary>
internal static class StreamRecordCheck
{
    public static void Run(VerifySubject subject, VerifyReport report)
    {
        var (signers, outcome) = OfflineSigners.From(subject.File, subject.Anchors, subject.Now);
        var result = SignedDataVerifier.Verify(subject.File, ContentTypes.StreamRecord, signers);
        if (!result.IsVerified)
        {
            report.Fails($"the stream record's signature does not hold: {result.Outcome} (certificate: {outcome})");
            return;
        }

        report.Holds($"the stream record was signed by {result.Message.Signer.Owner} at {result.Message.SigningTime:u}");
        report.Require(SecondOpinion.Agrees(subject.File), "second opinion: the platform's CMS reader finds the signature good");
        try
        {
            var stream = StreamRecord.Parser.ParseFrom(result.Message.Content.Span);
            report.Notes($"{stream.Frames} frames answered, {stream.FramesMasked} masked whole, {stream.FramesWithheld} withheld");
            CheckRecords(stream, subject.Records, report);
            CheckMedia(stream, subject.MediaPath, report);
        }
        catch (InvalidProtocolBufferException)
        {
            report.Fails("what was signed is no stream record, or the records cannot be read");
        }
    }

    private static void CheckMedia(StreamRecord stream, string? path, VerifyReport report)
    {
        if (path is null || stream.MediaSha256.IsEmpty)
        {
            report.Notes(path is null ? "the released file was not checked: name it with --media" : "the frames of this stream were sent one by one: there is no file to check");
            return;
        }

        using var media = File.OpenRead(path);
        report.Require(SHA256.HashData(media).AsSpan().SequenceEqual(stream.MediaSha256.Span), $"the file {Path.GetFileName(path)} is the one that was released");
    }

    private static void CheckRecords(StreamRecord stream, byte[] records, VerifyReport report)
    {
        if (records.Length == 0)
        {
            report.Notes("the records of the frames were not checked: name them with --records");
            return;
        }

        var tree = new GrowingMerkleTree();
        foreach (var record in StreamRecordFile.Read(records))
        {
            tree.Append(record);
        }

        report.Require(tree.Count == (long)stream.Frames, $"there is one record for each of the {stream.Frames} frames");
        report.Require(tree.Root().AsSpan().SequenceEqual(stream.MerkleRoot.Span), "the records are the ones under the signed root, none changed, dropped or added");
    }
}

/// <summary>Records of a stream in one file: each with its length before it, as they were sent.</summary>
internal static class StreamRecordFile
{
    public static void Append(Stream file, ByteString record)
    {
        using var output = new CodedOutputStream(file, leaveOpen: true);
        output.WriteBytes(record);
    }

    /// <exception cref="InvalidProtocolBufferException">The file is cut or is none.</exception>
    public static IEnumerable<byte[]> Read(byte[] file)
    {
        using var input = new CodedInputStream(file);
        while (!input.IsAtEnd)
        {
            yield return input.ReadBytes().ToByteArray();
        }
    }
}
