using Gateway.Contracts.Deidentification.V1;
using Gateway.Sealing.Signatures;
using Google.Protobuf;

namespace Gateway.Server.Commands;

/// <summary>Checks one released frame against the signed root of its stream, without the other frames.</summary>
internal static class FrameEvidenceCheck
{
    public static void Run(VerifySubject subject, VerifyReport report)
    {
        try
        {
            var evidence = FrameEvidenceFile.Read(subject.Path);
            Check(evidence, DeidentificationRecord.Parser.ParseFrom(evidence.Record), subject, report);
        }
        catch (InvalidProtocolBufferException)
        {
            report.Fails("the evidence of the frame cannot be read");
        }
    }

    private static void Check(FrameEvidence evidence, DeidentificationRecord record, VerifySubject subject, VerifyReport report)
    {
        var (root, why) = SignedRootCheck.Run(evidence.SignedRecord.ToByteArray(), subject);
        if (root is null)
        {
            report.Fails($"the root of the stream: {why}");
            return;
        }

        SignedRootCheck.Describe(root, report);
        var isIncluded = evidence.Index < root.Record.Frames && root.Record.Frames <= long.MaxValue && MerkleTree.Includes(
            evidence.Record.Span, (long)evidence.Index, (long)root.Record.Frames, evidence.InclusionPath.Span, root.Record.MerkleRoot.Span);
        report.Require(isIncluded, $"the record of frame {record.FrameNumber} is number {evidence.Index + 1} of the {root.Record.Frames} under the root");
        report.Require(record.StreamHandle == root.Record.StreamHandle, "record and root are of the same stream");
        report.Require(record.Provider == root.Record.Provider, $"the record speaks for the provider that signed the root, {root.Record.Provider}");
        if (isIncluded)
        {
            RecordCheck.Describe(record, report);
            RecordCheck.CheckMedia(record, subject.MediaPath, report);
        }
    }
}
