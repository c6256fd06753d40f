using Gateway.Deidentification.Evaluation;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Pipeline;

namespace Gateway.Server.Evaluation;

/// <summary>What is to be evaluated.</summary>
/// <param name="Folder">Folder of pictures; empty where they are drawn.</param>
/// <param name="LabelPath">Label file; empty where pictures are drawn.</param>
/// <param name="IsSequence">True where the pictures of a folder are the frames of a stream.</param>
/// <param name="Profile">Name of the stream profile.</param>
/// <param name="Redaction">Technique.</param>
/// <param name="ReportPath">HTML report to write, or none.</param>
internal sealed record EvaluationJob(string Folder, string LabelPath, bool IsSequence, string Profile, RedactionChoice Redaction, string? ReportPath)
{
    /// <summary>True where pictures are drawn by code, with exact labels.</summary>
    public bool IsDrawn => Folder.Length == 0;

    /// <summary>The profile itself.</summary>
    public StreamProfile StreamProfile => Profile switch
    {
        nameof(StreamProfile.Live) => StreamProfile.Live,
        nameof(StreamProfile.Archive) => StreamProfile.Archive,
        _ => StreamProfile.Assured,
    };
}

/// <summary>What came of it.</summary>
/// <param name="Job">What was asked.</param>
/// <param name="Tally">The figures.</param>
/// <param name="Worst">The faces exposed most.</param>
/// <param name="Model">The detector.</param>
/// <param name="Closed">Pictures that were masked whole or not sent, the first of them only.</param>
/// <param name="Refused">Pictures that were refused, with the reason; they left nothing and are in no figure.</param>
/// <param name="Unlabelled">Pictures that nobody labelled; they are in no figure.</param>
/// <param name="FacesOutside">Labelled faces outside their picture; they are in no figure.</param>
/// <param name="Attack">What a recogniser made of the outputs; null where none was asked for.</param>
/// <param name="At">When.</param>
internal sealed record EvaluationSummary(
    EvaluationJob Job, EvaluationTally Tally, WorstCases Worst, ModelReference Model, ClosedPictures Closed, IReadOnlyList<string> Refused, int Unlabelled, int FacesOutside,
    ReidentificationResult? Attack, DateTimeOffset At)
{
    /// <summary>What the figures were measured on.</summary>
    public string Set => Job.IsDrawn ? "pictures drawn by this program, labels exact" : $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(Job.Folder))}, labels {Path.GetFileName(Job.LabelPath)}";

    /// <summary>Which path they went through.</summary>
    public string Through => Job.IsSequence
        ? $"stream path, profile {Job.Profile} (look-ahead {Job.StreamProfile.Tracking.LookAheadFrames}, hold {Job.StreamProfile.Tracking.HoldFrames} frames), uncompressed frames"
        : "still path, with its second look at every output";
}
