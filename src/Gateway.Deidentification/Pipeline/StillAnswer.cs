using Gateway.Deidentification.Media;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Redaction;

namespace Gateway.Deidentification.Pipeline;

/// <summary>What <see cref="StillDeidentifier.DeidentifyAsync"/> answered.</summary>
/// <param name="Outcome">What became of the image.</param>
/// <param name="Media">What came of reading the file.</param>
/// <param name="File">The de-identified file in the format it came in; none for a refusal.</param>
/// <param name="Format">Its format; none for a refusal.</param>
/// <param name="Record">What was done; none for a refusal.</param>
public sealed record StillAnswer(StillOutcome Outcome, MediaOutcome Media, ReadOnlyMemory<byte> File, StillFormat? Format, DeidentificationRecord? Record)
{
    /// <summary>What was replaced, block by block; none for a refusal. A record tells boxes, an evaluation needs to know exactly.</summary>
    internal MaskMap? Mask { get; init; }
}
