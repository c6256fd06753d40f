namespace Gateway.Deidentification.Models;

/// <summary>The second output of a model that draws outlines; see the decoder "yolo-segments".</summary>
public sealed record SegmentsLayout
{
    /// <summary>Most prototypes a model may have.</summary>
    public const int PrototypesMax = 128;

    /// <summary><see cref="Threshold"/> where the manifest names none: what may belong to a person does.</summary>
    public const float ThresholdDefault = 0.3f;

    /// <summary>Largest <see cref="Threshold"/>: above it, what more likely belongs to the person than not would stay.</summary>
    public const float ThresholdMax = 0.5f;

    /// <summary>Name of the tensor of the prototypes, [1, prototypes, height, width].</summary>
    public required string Output { get; init; }

    /// <summary>Prototypes, and numbers at the end of each row that weigh them; 1 to <see cref="PrototypesMax"/>.</summary>
    public required int Prototypes { get; init; }

    /// <summary>Input pixels a cell of a prototype stands for, to each side.</summary>
    public required int Stride { get; init; }

    /// <summary>Probability, after the sigmoid, from which on a cell belongs to the region.</summary>
    public float Threshold { get; init; } = ThresholdDefault;
}
