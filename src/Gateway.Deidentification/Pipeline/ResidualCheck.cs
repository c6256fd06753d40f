using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Tracking;
using Microsoft.Extensions.Logging;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// Shows a masked image to the detector again. What it finds is either a face that was missed, or a head whose face is masked: hair and
/// shoulders around a fill look like a face to most detectors. Both are masked; only a missed face is an escape and can close the image.
/// </summary>
internal sealed class ResidualCheck(IRegionDetector detector, RegionMasker masker, ILogger logger)
{
    /// <summary>Times the regions found are masked in turn. A detector that still finds others is guessing, or the picture is beyond it.</summary>
    private const int RoundsMax = 2;

    /// <summary>Share of a box, about its middle, in which eyes, nose and mouth lie.</summary>
    private const float CoreScale = 0.5f;

    /// <summary>A face of whose core this much is masked is not seen any more.</summary>
    private const float HiddenShareMin = 0.6f;

    /// <summary>A box of which this much was masked before is drawn by the fill as well as by the picture.</summary>
    private const float TouchedShareMin = 0.1f;

    /// <summary>Such a box is masked without margins, as its middle with them: masks with margins would grow from fill to fill without end.</summary>
    private const float TouchedScale = 0.6f;

    /// <summary>The answer names why the image must be closed, or nothing, and how many faces only this check found.</summary>
    public (Reason Reason, int Escapes) Run(PixelImage image, FrameMask mask, ulong frameNumber, CancellationToken cancellationToken)
    {
        var escapes = 0;
        for (var round = 0; ; round++)
        {
            var result = GuardedDetection.Detect(detector, image, logger, cancellationToken);
            if (result.Outcome != DetectionOutcome.Detected)
            {
                return (FrameFate.ReasonOf(result.Outcome), escapes);
            }

            var found = result.Regions.Where(region => IsUncovered(region, mask.Map)).ToList();
            var missed = found.FindAll(region => IsMissed(region, mask.Map));
            escapes += missed.Count;
            if (round == RoundsMax && missed.Exists(region => region.Score >= detector.Thresholds.Start))
            {
                return (Reason.ResidualFound, escapes);
            }

            if (found.Count == 0 || (round == RoundsMax && missed.Count == 0))
            {
                return (Reason.None, escapes);
            }

            if (!TryMask(mask, found))
            {
                return (Reason.Saturated, escapes);
            }

            masker.Fill(image, mask.Map, mask.Regions, frameNumber);
            if (round == RoundsMax)
            {
                // The weak ones of the last round are masked like every weak detection, and not asked about again.
                return (Reason.None, escapes);
            }
        }
    }

    private bool IsUncovered(in RegionDetection region, MaskMap mask) =>
        region.Score >= detector.Thresholds.Mask && mask.MaskedShareOf(region.Box) < 1;

    private static bool IsMissed(in RegionDetection region, MaskMap mask) =>
        mask.MaskedShareOf(region.Box.Scaled(CoreScale)) < HiddenShareMin;

    private static bool TryMask(FrameMask mask, List<RegionDetection> found)
    {
        var before = new MaskMap(mask.Map.Width, mask.Map.Height);
        before.Add(mask.Map);
        foreach (var region in found.Where(region => IsMissed(region, before)))
        {
            mask.Add(ToMask(region, before));
        }

        if (mask.IsTooLarge)
        {
            return false;
        }

        foreach (var head in found.Where(region => !IsMissed(region, before)))
        {
            // Nothing of a face is left in a head: masking it is not worth the picture.
            mask.AddIfFitting(ToMask(head, before));
        }

        return true;
    }

    private static TrackedRegion ToMask(in RegionDetection region, MaskMap before)
    {
        var box = before.MaskedShareOf(region.Box) < TouchedShareMin ? region.Box : region.Box.Scaled(TouchedScale);
        return new TrackedRegion(box, region.Score, TrackHandle.None, IsBridged: false, MarginPx: 0);
    }
}
