using System.Security.Cryptography;
using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Pipeline;

/// <summary>Writes the records of one stream, or of stills.</summary>
internal sealed class RecordBuilder(PipelineParts parts, RedactionChoice redaction, ReadOnlyMemory<byte> streamHandle)
{
    public const int DigestBytes = 32;
    public const int HandleBytes = 16;

    /// <summary>Says what would be done to an image that is thrown away: without a digest, as there is neither an output nor a source to be found again.</summary>
    public DeidentificationRecord Explain(in FinishedFrame finished) => Build(new FrameStamp(0, 0, new byte[DigestBytes]), finished, []) with
    {
        OutputSha256 = ReadOnlyMemory<byte>.Empty,
        SourceKeyedDigest = ReadOnlyMemory<byte>.Empty,
    };

    /// <summary>Writes the record of one frame. It stands alone: nothing in it is used again when the frame is.</summary>
    /// <param name="frame">Number, time stamp and source digest.</param>
    /// <param name="finished">What was done.</param>
    /// <param name="output">The bytes that leave; not looked at where the frame is withheld.</param>
    public DeidentificationRecord Build(FrameStamp frame, in FinishedFrame finished, ReadOnlySpan<byte> output)
    {
        // One array for all three: a record a frame is what a stream allocates, and it should be little.
        var bytes = new byte[HandleBytes + (2 * DigestBytes)];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, HandleBytes));
        frame.SourceDigest.Span.CopyTo(bytes.AsSpan(HandleBytes, DigestBytes));
        var isWithheld = finished.Fate.Decision == Decision.Withheld;
        if (!isWithheld)
        {
            SHA256.HashData(output, bytes.AsSpan(HandleBytes + DigestBytes));
        }

        return new()
        {
            RecordId = bytes.AsMemory(0, HandleBytes),
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
            OutputSha256 = isWithheld ? ReadOnlyMemory<byte>.Empty : bytes.AsMemory(HandleBytes + DigestBytes),
            SourceKeyedDigest = bytes.AsMemory(HandleBytes, DigestBytes),
            DecidedAt = parts.Time.GetUtcNow(),
            Provider = parts.Records.Provider,
        };
    }
}

/// <summary>What a caller gave with a frame.</summary>
/// <param name="Number">Number; 0 for stills.</param>
/// <param name="Timestamp">Time stamp; 0 for stills.</param>
/// <param name="SourceDigest">Keyed digest of its bytes.</param>
internal readonly record struct FrameStamp(ulong Number, long Timestamp, ReadOnlyMemory<byte> SourceDigest);
