using Gateway.Contracts.Deidentification.V1;
using Gateway.Sealing.Signatures;
using Gateway.Server.Records;
using Google.Protobuf;

namespace Gateway.Server.Commands;

/// <summary>Checks one signed root of a stream, and the stream's records against it.</summary>
internal static class StreamRecordCheck
{
    public static void Run(VerifySubject subject, VerifyReport report)
    {
        var (root, why) = SignedRootCheck.Run(subject.File, subject);
        if (root is null)
        {
            report.Fails($"the root of the stream: {why}");
            return;
        }

        SignedRootCheck.Describe(root, report);
        if (subject.RecordsPath is null)
        {
            report.Notes("the records of the frames were not checked: name the evidence of the stream with --records, or check that file itself");
            return;
        }

        try
        {
            CheckRecords(root.Record, subject.RecordsPath, report);
        }
        catch (InvalidProtocolBufferException)
        {
            report.Fails("the records cannot be read");
        }
    }

    private static void CheckRecords(StreamRecord root, string path, VerifyReport report)
    {
        var tree = new GrowingMerkleTree();
        foreach (var entry in StreamEvidenceFile.Read(path).Where(entry => entry.EntryCase == StreamEvidence.EntryOneofCase.Record))
        {
            tree.Append(entry.Record.Span);
            if ((ulong)tree.Count == root.Frames)
            {
                break;
            }
        }

        report.Require((ulong)tree.Count == root.Frames, $"there is one record for each of the {root.Frames} frames");
        report.Require(tree.Root().AsSpan().SequenceEqual(root.MerkleRoot.Span), "the records are the ones under the signed root, none changed, dropped or added");
    }
}
