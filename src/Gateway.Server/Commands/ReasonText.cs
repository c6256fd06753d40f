using Gateway.Deidentification.Records;

namespace Gateway.Server.Commands;

/// <summary>Why a picture or frame was masked whole or not sent, for a person at a terminal.</summary>
internal static class ReasonText
{
    /// <summary>A reason in words.</summary>
    public static string Say(Reason reason) => reason switch
    {
        Reason.Saturated => "masks over most of it, or more candidates than the detector may report",
        Reason.ResidualFound => "the check of the output still found a face",
        Reason.BlindFrame => "too dark, too bright, too flat or too blurred to see anything",
        Reason.DetectorLate => "the detector did not answer in time",
        Reason.Undecodable => "its bytes do not decode",
        _ => "the detector failed",
    };
}
