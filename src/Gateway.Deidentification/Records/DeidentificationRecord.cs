using Gateway.Deidentification.Models;
using Gateway.Deidentification.Redaction;

namespace Gateway.Deidentification.Records;

/// <summary>
/// What was done to one image or one frame. It carries nothing that helps attribution and links to the source by a keyed digest only.
/// </summary>
public sealed record DeidentificationRecord
{
    /// <summary>16 random bytes.</summary>
    public required ReadOnlyMemory<byte> RecordId { get; init; }

    /// <summary>16 random bytes of the stream; empty for stills.</summary>
    public required ReadOnlyMemory<byte> StreamHandle { get; init; }

    /// <summary>Frame number as the client gave it; 0 for stills.</summary>
    public required ulong FrameNumber { get; init; }

    /// <summary>Time stamp as the client gave it, in units of the stream's time base; 0 for stills.</summary>
    public required long Timestamp { get; init; }

    /// <summary>Policy in force.</summary>
    public required PolicyReference Policy { get; init; }

    /// <summary>Technique applied to regions.</summary>
    public required RedactionTechnique Technique { get; init; }

    /// <summary>Strength class of the technique.</summary>
    public required StrengthClass StrengthClass { get; init; }

    /// <summary>Model asked for faces.</summary>
    public required ModelReference Model { get; init; }

    /// <summary>Models asked for other classes.</summary>
    public IReadOnlyList<ModelReference> RegionModels { get; init; } = [];

    /// <summary>True where the masked output was shown to the detector again.</summary>
    public bool IsChecked { get; init; }

    /// <summary>Regions that only the check of the masked output found; they were masked then, or the frame was closed.</summary>
    public int Escapes { get; init; }

    /// <summary>What was decided.</summary>
    public required Decision Decision { get; init; }

    /// <summary>Why, when the whole frame was masked or withheld.</summary>
    public required Reason Reason { get; init; }

    /// <summary>Regions masked; empty when the whole frame was.</summary>
    public required IReadOnlyList<RegionRecord> Regions { get; init; }

    /// <summary>SHA-256 of the output bytes, 32 bytes; empty when withheld.</summary>
    public required ReadOnlyMemory<byte> OutputSha256 { get; init; }

    /// <summary>Digest of the input bytes under a key that never leaves the node, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> SourceKeyedDigest { get; init; }

    /// <summary>Data stage of the output.</summary>
    public DataStage DataStage { get; init; } = DataStage.Pseudonymized;

    /// <summary>When the decision was made.</summary>
    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>Telecommunication service provider that ran the node.</summary>
    public required string Provider { get; init; }
}
