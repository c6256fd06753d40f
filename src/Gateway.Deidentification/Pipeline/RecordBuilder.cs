using System.Security.Cryptography;
using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Pipeline;

/// <summary>Writes the records of one stream, or of stills.</summary>
internal sealed class RecordBuilder(PipelineParts parts, RedactionChoice redaction, ReadOnlyMemory<byte> streamHandle)
{
    public const int DigestBytes = 32;
    public const int HandleBytes = 16;

    public byte[] DigestSource(ReadOnlySpan<byte> source)
    {
        var digest = new byte[DigestBytes];
        parts.Records.SourceDigest(source, digest);
        return digest;
    }

    /// <param name="frame">Number, time stamp and source digest.</param>
    /// <param name="finished">What was done.</param>
    /// <param name="output">The bytes that leave; not looked at where the frame is withheld.</param>
    public DeidentificationRecord Build(FrameStamp frame, in FinishedFrame finished, ReadOnlySpan<byte> output) => new()
    {
        RecordId = RandomNumberGenerator.GetBytes(HandleBytes),
        StreamHandle = streamHandle,
        FrameNumber = frame.Number,
        Timestamp = frame.Timestamp,
        Policy = parts.Records.Policy,
        Technique = redaction.Technique,
        StrengthClass = redaction.Strength,
        Model = parts.Detector.Model,
        RegionModels = parts.Detector.RegionModels,
        IsChecked = finished.IsChecked,
        Escapes = finished.Escapes,
        Decision = finished.Fate.Decision,
        Reason = finished.Fate.Reason,
        Regions = finished.Regions,
        OutputSha256 = finished.Fate.Decision == Decision.Withheld ? ReadOnlyMemory<byte>.Empty : SHA256.HashData(output),
        SourceKeyedDigest = frame.SourceDigest,
        DecidedAt = parts.Time.GetUtcNow(),
        Provider = parts.Records.Provider,
    };
}

/// <summary>What a caller gave with a frame.</summary>
/// <param name="Number">Number; 0 for stills.</param>
/// <param name="Timestamp">Time stamp; 0 for stills.</param>
/// <param name="SourceDigest">Keyed digest of its bytes.</param>
internal readonly record struct FrameStamp(ulong Number, long Timestamp, ReadOnlyMemory<byte> SourceDigest);
