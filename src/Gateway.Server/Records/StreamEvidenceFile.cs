using Gateway.Contracts.Deidentification.V1;
using Gateway.Sealing.Signatures;
using Google.Protobuf;

namespace Gateway.Server.Records;

/// <summary>Evidence of one stream in a file that is only appended to: records and signed roots in the order they came.</summary>
internal static class StreamEvidenceFile
{
    /// <summary>Longest entry, bytes.</summary>
    public const int EntryBytesMax = SealingLimits.ContentBytesMax + SealingLimits.OverheadBytesMax;

    private const int LengthBytesMax = 5;

    /// <summary>Begins a file.</summary>
    public static void Begin(Stream file) => file.Write(EvidenceHeader.Stream);

    public static void AppendRecord(Stream file, ReadOnlyMemory<byte> record) =>
        new StreamEvidence { Record = UnsafeByteOperations.UnsafeWrap(record) }.WriteDelimitedTo(file);

    public static void AppendRoot(Stream file, ReadOnlyMemory<byte> signedRecord) =>
        new StreamEvidence { SignedRecord = UnsafeByteOperations.UnsafeWrap(signedRecord) }.WriteDelimitedTo(file);

    /// <summary>
    /// The entries one after the other, in memory of one entry. A last entry that is cut (a crash while it was written) ends the walk and is told
    /// to <paramref name="cut"/>.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is none, or an entry is longer than entries are.</exception>
    /// <exception cref="InvalidProtocolBufferException">An entry cannot be read.</exception>
    public static IEnumerable<StreamEvidence> Read(string path, Action? cut = null)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1 << 16);
        EvidenceHeader.Skip(file, EvidenceHeader.Stream);
        while (ReadLength(file) is { } length)
        {
            var entry = length == 0 ? [] : new byte[length];
            if (length == 0 || file.ReadAtLeast(entry, entry.Length, throwOnEndOfStream: false) < entry.Length)
            {
                cut?.Invoke();
                yield break;
            }

            yield return StreamEvidence.Parser.ParseFrom(entry);
        }
    }

    /// <returns>Null at the end of the file, 0 where the length itself is cut.</returns>
    private static int? ReadLength(FileStream file)
    {
        long length = 0;
        for (var position = 0; position < LengthBytesMax; position++)
        {
            var next = file.ReadByte();
            if (next < 0)
            {
                return position == 0 ? null : 0;
            }

            length |= (long)(next & 0x7F) << (7 * position);
            if (next < 0x80)
            {
                return length is > 0 and <= EntryBytesMax ? (int)length : throw TooLong();
            }
        }

        throw TooLong();
    }

    private static InvalidDataException TooLong() => new("an entry of the evidence is empty or longer than entries are; the file is damaged");
}
