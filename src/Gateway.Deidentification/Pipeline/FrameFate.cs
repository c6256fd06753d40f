using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// What becomes of a frame: the only place where that is decided. A fate that lets pixels through can be made in one way, after the frame
/// was detected on, masked and, where the profile asks for it, checked. Every other way leads to a closed one.
/// </summary>
internal readonly record struct FrameFate
{
    private FrameFate(Decision decision, Reason reason)
    {
        Decision = decision;
        Reason = reason;
    }

    public Decision Decision { get; }

    public Reason Reason { get; }

    public bool IsClosed => Decision is not (Decision.NothingFound or Decision.RegionsMasked);

    /// <summary>Why a detection outcome closes a frame; <see cref="Reason.None"/> where it does not.</summary>
    public static Reason ReasonOf(DetectionOutcome outcome) => outcome switch
    {
        DetectionOutcome.Detected => Reason.None,
        DetectionOutcome.Late => Reason.DetectorLate,
        DetectionOutcome.Saturated => Reason.Saturated,
        DetectionOutcome.BlindFrame => Reason.BlindFrame,
        _ => Reason.DetectorFailed,
    };

    /// <summary>The fate of a frame that was detected on, masked and checked.</summary>
    public static FrameFate Open(bool isAnythingMasked) => new(isAnythingMasked ? Decision.RegionsMasked : Decision.NothingFound, Reason.None);

    /// <summary>The fate of any other frame. Only a failure may withhold it: about a frame that was seen the caller shall get an image.</summary>
    public static FrameFate Closed(Reason reason, FailureAction onFailure)
    {
        var isFailure = reason is Reason.DetectorFailed or Reason.DetectorLate or Reason.Undecodable;
        return new(isFailure && onFailure == FailureAction.WithholdFrame ? Decision.Withheld : Decision.FrameMasked, reason);
    }
}
