namespace Gateway.Deidentification.Models;

/// <summary>Sizes of faces a model was made for, in pixels of its input.</summary>
/// <param name="Min">Smallest longer side, 1 or more.</param>
/// <param name="Max">Largest longer side, at least twice <paramref name="Min"/>.</param>
public readonly record struct FaceSizeRange(int Min, int Max);
