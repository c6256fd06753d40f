namespace Gateway.Deidentification.Models;

/// <summary>What a model's manifest says was measured with it; it stands in records, so that whoever gets an output knows what to expect of it.</summary>
/// <param name="Set">The pictures it was measured on, 1 to 256 characters.</param>
/// <param name="Figures">Names and values as the manifest has them, at most <see cref="FiguresMax"/>, in the order of their names.</param>
public sealed record ModelAssessment(string Set, IReadOnlyList<KeyValuePair<string, double>> Figures)
{
    /// <summary>Figures of one model.</summary>
    public const int FiguresMax = 16;
}
