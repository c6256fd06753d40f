namespace Gateway.Deidentification.Models;

/// <summary>The output of a model that answers in rows, as YOLO models do; see the decoders "yolo-rows" and "yolo-segments".</summary>
public sealed record RowsLayout
{
    /// <summary>Most classes a model may have.</summary>
    public const int ClassesMax = 1000;

    /// <summary>Name of the tensor.</summary>
    public required string Output { get; init; }

    /// <summary>True for [1, values, rows], false for [1, rows, values].</summary>
    public required bool IsValuesFirst { get; init; }

    /// <summary>True where each row tells before the classes how sure it is that there is anything.</summary>
    public bool HasObjectness { get; init; }

    /// <summary>Classes the model knows, 1 to <see cref="ClassesMax"/>.</summary>
    public required int Classes { get; init; }

    /// <summary>Those that count, from 0; all others are ignored.</summary>
    public required IReadOnlyList<int> Found { get; init; }

    /// <summary>Rows that each cell of each stride has: 1 without anchors, as many as anchors otherwise.</summary>
    public int RowsPerCell { get; init; } = 1;

    /// <summary>Numbers at the end of a row that weigh the prototypes of an outline; 0 for a model that draws none.</summary>
    public int Weights { get; init; }

    /// <summary>Numbers of a row.</summary>
    public int Values => Detection.Decoders.YoloRows.BoxValues + (HasObjectness ? 1 : 0) + Classes + Weights;
}
