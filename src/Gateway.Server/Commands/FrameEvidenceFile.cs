using Gateway.Contracts.Deidentification.V1;
using Gateway.Sealing.Signatures;
using Gateway.Server.Records;
using Google.Protobuf;

namespace Gateway.Server.Commands;

/// <summary>Evidence of one frame in a file of its own.</summary>
internal static class FrameEvidenceFile
{
    private const int BytesMax = 2 * (SealingLimits.ContentBytesMax + SealingLimits.OverheadBytesMax);

    /// <summary>Takes a frame out of the evidence of its stream, with its path to the last signed root.</summary>
    /// <returns>The evidence, and the number of records under that root.</returns>
    /// <exception cref="InvalidDataException">There is no such frame under a signed root; the message has a remedy.</exception>
    /// <exception cref="InvalidProtocolBufferException">An entry cannot be read.</exception>
    public static (FrameEvidence Evidence, long Covered) Extract(string streamEvidence, ulong frameNumber)
    {
        // 1 Where the frame is, and the last root: it covers every record before it.
        var (count, index, record, signed, covered) = (0L, -1L, ByteString.Empty, ByteString.Empty, 0L);
        foreach (var entry in StreamEvidenceFile.Read(streamEvidence))
        {
            if (entry.EntryCase == StreamEvidence.EntryOneofCase.SignedRecord)
            {
                (signed, covered) = (entry.SignedRecord, count);
            }
            else if (index < 0 && DeidentificationRecord.Parser.ParseFrom(entry.Record).FrameNumber == frameNumber)
            {
                (index, record, count) = (count, entry.Record, count + 1);
            }
            else
            {
                count++;
            }
        }

        if (index < 0 || index >= covered)
        {
            throw new InvalidDataException(index < 0
                ? $"there is no frame {frameNumber} in the evidence; name another frame or the evidence of its stream"
                : $"frame {frameNumber} follows the last signed root: nothing signed speaks of it");
        }

        // 2 Its path to that root.
        var witness = new MerkleWitness(index);
        foreach (var entry in StreamEvidenceFile.Read(streamEvidence).Where(entry => entry.EntryCase == StreamEvidence.EntryOneofCase.Record).Take((int)covered))
        {
            witness.Append(entry.Record.Span);
        }

        var path = UnsafeByteOperations.UnsafeWrap(witness.Path());
        return (new FrameEvidence { Record = record, Index = (ulong)index, InclusionPath = path, SignedRecord = signed }, covered);
    }

    public static void Write(string path, FrameEvidence evidence)
    {
        using var file = new FileStream(path, FileMode.CreateNew);
        file.Write(EvidenceHeader.Frame);
        evidence.WriteTo(file);
    }

    /// <summary>
    /// Writes the same in parts that programs of others can check: <c>frame.record</c>, <c>root.p7</c>, and <c>frame.path</c> with a line for
    /// every step from the leaf to the root, the side on which the other hash stands and that hash.
    /// </summary>
    public static void WriteParts(string folder, FrameEvidence evidence, long covered)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "frame.record"), evidence.Record.ToByteArray());
        File.WriteAllBytes(Path.Combine(folder, "root.p7"), evidence.SignedRecord.ToByteArray());
        File.WriteAllLines(Path.Combine(folder, "frame.path"), Steps(evidence, covered));
    }

    private static IEnumerable<string> Steps(FrameEvidence evidence, long count)
    {
        var steps = evidence.InclusionPath.ToByteArray().Chunk(MerkleTree.HashBytes).GetEnumerator();
        for (var index = (long)evidence.Index; count > 1; (index, count) = (index / 2, (count + 1) / 2))
        {
            // The last of an odd level moves up as it is.
            if ((index ^ 1) < count && steps.MoveNext())
            {
                yield return $"{(index % 2 == 0 ? "right" : "left")} {Convert.ToHexStringLower(steps.Current)}";
            }
        }
    }

    /// <exception cref="InvalidDataException">The file is none, or too long.</exception>
    /// <exception cref="InvalidProtocolBufferException">It cannot be read.</exception>
    public static FrameEvidence Read(string path)
    {
        using var file = File.OpenRead(path);
        EvidenceHeader.Skip(file, EvidenceHeader.Frame);
        return file.Length <= BytesMax
            ? FrameEvidence.Parser.ParseFrom(file)
            : throw new InvalidDataException("the evidence of a frame is longer than such evidence is");
    }
}
