namespace Gateway.Deidentification.Pipeline;

/// <summary>What became of a still image. Only <see cref="Deidentified"/> has an image.</summary>
public enum StillOutcome
{
    /// <summary>Done; the record says whether regions or the whole image were masked.</summary>
    Deidentified,

    /// <summary>The file is refused; see <see cref="StillAnswer.Media"/>.</summary>
    FileRefused,

    /// <summary>The detector cannot be believed at present.</summary>
    DetectorNotReady,

    /// <summary>The model cannot see every face size in images of this size.</summary>
    SizeNotCovered,

    /// <summary>A cosmetic technique was asked for without `AllowWeak`, or an unknown one.</summary>
    TechniqueNotAllowed,

    /// <summary>A silhouette was asked for and no model finds persons.</summary>
    PersonModelMissing,
}
