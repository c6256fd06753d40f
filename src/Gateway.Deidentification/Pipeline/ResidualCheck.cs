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

    /// <summary>Times more that heads are looked for once the fill is flat. One that is still found has no face left to lose.</summary>
    private const int FlatRoundsMax = 3;

    /// <summary>Share of a box, about its middle, in which eyes, nose and mouth lie.</summary>
    private const float CoreScale = 0.5f;

    /// <summary>A face of whose core this much is masked is not seen any more.</summary>
    private const float HiddenShareMin = 0.6f;

    /// <summary>A box of which this much was masked before is drawn by the fill as well as by the picture.</summary>
    private const float TouchedShareMin = 0.1f;

    /// <summary>Such a box is masked without margins, as its middle with them: masks with margins would grow from fill to fill without end.</summary>
    private const float TouchedScale = 0.6f;

    /// <summary>What one round found; one list a thread, because frames of one stream are checked in parallel.</summary>
    [ThreadStatic]
    private static List<RegionDetection>? _found;

    /// <summary>The answer names why the image must be closed, or nothing, and how many faces only this check found.</summary>
    public (Reason Reason, int Escapes) Run(PixelImage image, FrameMask mask, ulong frameNumber, CancellationToken cancellationToken)
    {
        var (escapes, found) = (0, _found ??= []);
        for (var round = 0; ; round++)
        {
            var result = GuardedDetection.Detect(detector, image, logger, cancellationToken);
            if (result.Outcome != DetectionOutcome.Detected)
            {
                return (FrameFate.ReasonOf(result.Outcome), escapes);
            }

            var isFlat = round > RoundsMax;
            CollectToMask(result.Regions, mask.Map, isFlat, found);
            if (found.Count == 0)
            {
                return (Reason.None, escapes);
            }

            var (missed, isCertain) = Missed(found, mask.Map, isFlat);
            escapes += missed;
            if (round >= RoundsMax && isCertain)
            {
                return (Reason.ResidualFound, escapes);
            }

            if (!TryMask(mask, found, isFlat))
            {
                return (Reason.Saturated, escapes);
            }

            if (round < RoundsMax)
            {
                masker.Fill(image, mask.Map, mask.Regions, frameNumber);
            }
            else
            {
                masker.Flatten(image, mask, frameNumber);
            }

            if (round == RoundsMax + FlatRoundsMax)
            {
                return (Reason.None, escapes);
            }
        }
    }

    private void CollectToMask(IReadOnlyList<RegionDetection> regions, MaskMap mask, bool isFlat, List<RegionDetection> found)
    {
        found.Clear();
        for (var index = 0; index < regions.Count; index++)
        {
            if (IsToMask(regions[index], mask, isFlat))
            {
                found.Add(regions[index]);
            }
        }
    }

    /// <summary>How many of them are faces that no mask hides, and whether one of these would start a track.</summary>
    private (int Count, bool IsCertain) Missed(List<RegionDetection> found, MaskMap mask, bool isFlat)
    {
        var (count, isCertain) = (0, false);
        foreach (var region in found)
        {
            if (IsMissed(region, mask, isFlat))
            {
                count++;
                isCertain |= region.Score >= detector.ThresholdsOf(region.Class).Start;
            }
        }

        return (count, isCertain);
    }

    /// <summary>Once the fill is flat, only what is found with certainty is worth more of the picture, or lies where no fill is.</summary>
    private bool IsToMask(in RegionDetection region, MaskMap mask, bool isFlat) =>
        mask.MaskedShareOf(region.Box) < 1
        && detector.ThresholdsOf(region.Class) is var thresholds
        && region.Score >= (isFlat && IsTouched(region, mask) ? thresholds.Start : thresholds.Mask);

    /// <summary>What a flat fill draws into is no evidence of a face; before, and elsewhere, a box with an open middle is.</summary>
    private static bool IsMissed(in RegionDetection region, MaskMap mask, bool isFlat) =>
        !(isFlat && IsTouched(region, mask)) && mask.MaskedShareOf(region.Box.Scaled(CoreScale)) < HiddenShareMin;

    private static bool IsTouched(in RegionDetection region, MaskMap mask) => mask.MaskedShareOf(region.Box) >= TouchedShareMin;

    private static bool TryMask(FrameMask mask, List<RegionDetection> found, bool isFlat)
    {
        var before = mask.Snapshot();
        foreach (var region in found)
        {
            if (IsMissed(region, before, isFlat))
            {
                mask.Add(ToMask(region, before, isFlat));
            }
        }

        if (mask.IsTooLarge)
        {
            return false;
        }

        foreach (var head in found)
        {
            // Nothing of a face is left in a head: masking it is not worth the picture.
            if (!IsMissed(head, before, isFlat))
            {
                mask.AddIfFitting(ToMask(head, before, isFlat));
            }
        }

        return true;
    }

    private static TrackedRegion ToMask(in RegionDetection region, MaskMap before, bool isFlat)
    {
        var box = isFlat || !IsTouched(region, before) ? region.Box : region.Box.Scaled(TouchedScale);
        return new TrackedRegion(box, region.Score, TrackHandle.None, IsBridged: false, MarginPx: 0, region.Class);
    }
}
