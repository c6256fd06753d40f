namespace Gateway.Deidentification.Detection;

/// <summary>What became of a look at one image. Only <see cref="Detected"/> says anything about faces.</summary>
public enum DetectionOutcome
{
    /// <summary>Every pass ran and every output was sound; the regions are what was found, perhaps none.</summary>
    Detected,

    /// <summary>The runtime or the detector threw.</summary>
    Threw,

    /// <summary>An output is not a finite number.</summary>
    NotFinite,

    /// <summary>An output is missing, superfluous or of another shape than the image asks for, or the image is of a size nobody planned.</summary>
    WrongShape,

    /// <summary>More candidates than the detector may report: some face may be among those it dropped.</summary>
    Saturated,

    /// <summary>The answer came after the deadline.</summary>
    Late,

    /// <summary>The image is too dark, too bright or too flat to see anything; mean luma under 16 or over 240, or a standard deviation under 4.</summary>
    BlindFrame,

    /// <summary>The last canary was missed: the detector runs and cannot be believed.</summary>
    Distrusted,
}
