namespace Gateway.Deidentification.Detection;

/// <summary>One output of a model.</summary>
/// <param name="Name">Name of the tensor.</param>
/// <param name="Stride">Canvas pixels a cell stands for.</param>
/// <param name="Values">Numbers a cell has.</param>
internal readonly record struct HeadOutput(string Name, int Stride, int Values);
