namespace Gateway.Deidentification.Pipeline;

/// <summary>What a caller asks of a stream; it holds for all its frames.</summary>
public sealed record StreamRequest
{
    /// <summary>Smallest side, pixels.</summary>
    public const int SidePxMin = 16;

    /// <summary>Largest width, pixels.</summary>
    public const int WidthPxMax = 7680;

    /// <summary>Largest height, pixels.</summary>
    public const int HeightPxMax = 4320;

    /// <summary>Format of every frame.</summary>
    public required FrameFormat Format { get; init; }

    /// <summary>Width of every frame, 16 to 7680.</summary>
    public required int Width { get; init; }

    /// <summary>Height of every frame, 16 to 4320.</summary>
    public required int Height { get; init; }

    /// <summary>Technique. Default outside fill.</summary>
    public RedactionChoice Redaction { get; init; } = RedactionChoice.Default;

    /// <summary>Delay against certainty. Default assured.</summary>
    public StreamProfile Profile { get; init; } = StreamProfile.Assured;

    /// <summary>What happens to a frame on which detection failed. Default: it is masked whole.</summary>
    public FailureAction OnFailure { get; init; } = FailureAction.MaskFrame;
}
