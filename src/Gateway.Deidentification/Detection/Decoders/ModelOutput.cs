namespace Gateway.Deidentification.Detection.Decoders;

/// <summary>One output of a model: float32, of exactly this shape.</summary>
/// <param name="Name">Name of the tensor.</param>
/// <param name="Shape">Length of every dimension.</param>
internal sealed record ModelOutput(string Name, params IReadOnlyList<long> Shape)
{
    /// <summary>Numbers in it.</summary>
    public int Values => checked((int)Shape.Aggregate(1L, (product, side) => product * side));

    /// <summary>As an operator compares it with what a model viewer shows.</summary>
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]";
}
