namespace Gateway.Deidentification.Pipeline;

/// <summary>What happens to a frame on which detection failed or came late, or which does not decode.</summary>
public enum FailureAction
{
    /// <summary>The frame comes back with every pixel replaced by a flat colour.</summary>
    MaskFrame = 1,

    /// <summary>The frame is not sent.</summary>
    WithholdFrame = 2,
}
