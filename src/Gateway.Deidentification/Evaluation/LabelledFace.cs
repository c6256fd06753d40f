using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Evaluation;

/// <summary>A face that is known to be in a picture.</summary>
/// <param name="Box">Where, in pixels of the upright picture.</param>
/// <param name="Track">Whose it is within one sequence, or one set of stills; empty where nobody said.</param>
/// <param name="Line">Line of the label file, from 1; 0 for drawn pictures.</param>
public sealed record LabelledFace(RegionBox Box, string Track, int Line);

/// <summary>Something wrong with a label file.</summary>
/// <param name="Line">Line, from 1; 0 for the whole file.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
public sealed record LabelFinding(int Line, string Problem, string Remedy);
