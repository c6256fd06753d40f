using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Redaction;
using Gateway.Server.Configuration;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Endpoints;

/// <summary>What a caller asks for, within what the node's policy allows.</summary>
internal static class TechniqueRequest
{
    public static RedactionChoice Resolve(Wire.Technique technique, bool allowWeak, DeidentificationSettings settings) =>
        new(
            technique switch
            {
                Wire.Technique.Unspecified => settings.Technique,
                Wire.Technique.OutsideFill => RedactionTechnique.OutsideFill,
                Wire.Technique.Solid => RedactionTechnique.Solid,
                Wire.Technique.Mosaic => RedactionTechnique.Mosaic,
                Wire.Technique.Blur => RedactionTechnique.Blur,
                Wire.Technique.Silhouette => RedactionTechnique.Silhouette,
                _ => throw Refusal.Invalid("TECHNIQUE_UNKNOWN", "there is no such technique"),
            },
            allowWeak && settings.AllowWeakTechniques);
}

/// <summary>The opening of a stream as the pipeline understands it.</summary>
internal static class StreamRequests
{
    public static StreamRequest From(Wire.OpenStream open, DeidentificationSettings settings)
    {
        if (open.TimeBaseNumerator == 0 || open.TimeBaseDenominator == 0)
        {
            throw Refusal.Invalid("TIME_BASE_MISSING", "a stream needs a time base; both of its numbers must be above 0");
        }

        return new StreamRequest
        {
            Format = (FrameFormat)open.Format,
            Width = (int)Math.Min(open.Width, int.MaxValue),
            Height = (int)Math.Min(open.Height, int.MaxValue),
            Redaction = TechniqueRequest.Resolve(open.Technique, open.AllowWeak, settings),
            Profile = open.Profile switch
            {
                Wire.StreamProfile.Unspecified or Wire.StreamProfile.Assured => StreamProfile.Assured,
                Wire.StreamProfile.Live => StreamProfile.Live,
                Wire.StreamProfile.Archive => StreamProfile.Archive,
                Wire.StreamProfile.Throughput => ThroughputProfile.Default,
                _ => throw Refusal.Invalid("PROFILE_UNKNOWN", "there is no such stream profile"),
            },
            OnFailure = open.OnFailure switch
            {
                Wire.FailureAction.Unspecified or Wire.FailureAction.MaskFrame => FailureAction.MaskFrame,
                Wire.FailureAction.WithholdFrame => FailureAction.WithholdFrame,
                _ => throw Refusal.Invalid("FAILURE_ACTION_UNKNOWN", "there is no such failure action"),
            },
        };
    }
}
