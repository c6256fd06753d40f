namespace Gateway.Deidentification.Records;

/// <summary>Why a whole frame was masked or withheld.</summary>
public enum Reason
{
    /// <summary>It was not.</summary>
    None = 0,

    /// <summary>The detector threw or returned something that is not a number, or shapes that do not fit.</summary>
    DetectorFailed = 1,

    /// <summary>The detector's answer came after the deadline of the frame.</summary>
    DetectorLate = 2,

    /// <summary>More candidates than the detector may report, or masks over most of the frame.</summary>
    Saturated = 3,

    /// <summary>The frame is too dark, too bright or too flat for the detector to see anything.</summary>
    BlindFrame = 4,

    /// <summary>The bytes of the frame do not decode.</summary>
    Undecodable = 5,

    /// <summary>The check of the masked output found a face that could not be masked.</summary>
    ResidualFound = 6,
}
