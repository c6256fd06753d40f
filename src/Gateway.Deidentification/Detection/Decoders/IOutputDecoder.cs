namespace Gateway.Deidentification.Detection.Decoders;

/// <summary>
/// Reads what one family of models answers. An instance belongs to one context: it reads one inference at a time and may keep memory between
/// two, so that a frame allocates nothing.
/// </summary>
internal interface IOutputDecoder
{
    /// <summary>Outputs that a model of this family has and nobody asks for.</summary>
    IReadOnlyList<string> UnreadOutputs => [];

    /// <summary>The outputs that are read, in the order they lie in memory, for a canvas of this size.</summary>
    IReadOnlyList<ModelOutput> OutputsFor(CanvasSize canvas);

    /// <summary>Numbers in all of them together.</summary>
    int ValuesOf(CanvasSize canvas);

    /// <summary>False where some value that ought to be a score is not from 0 to 1. Asked once, when a model is opened.</summary>
    bool AreScores(ReadOnlySpan<float> outputs, CanvasSize canvas) => true;

    /// <summary>Adds the candidates of one inference, their boxes in pixels of the canvas.</summary>
    /// <param name="outputs">The outputs one behind the other; every value is a finite number.</param>
    /// <param name="pass">The part of the image that the canvas shows, and where it lies in the image.</param>
    /// <param name="scoreMin">Smallest score that counts.</param>
    /// <param name="candidates">Takes them.</param>
    /// <returns>
    /// <see cref="DetectionOutcome.Detected"/>, or why the answer cannot be believed: <see cref="DetectionOutcome.Saturated"/> where there are more than
    /// fit, <see cref="DetectionOutcome.NotFinite"/> where a score is none.
    /// </returns>
    DetectionOutcome TryAdd(ReadOnlySpan<float> outputs, Pass pass, float scoreMin, Candidates candidates);
}
