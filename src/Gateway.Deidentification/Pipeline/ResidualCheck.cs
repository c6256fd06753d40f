using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Tracking;
using Microsoft.Extensions.Logging;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// Shows a masked image to the detector again. What it finds is either a face that was missed, or a head whose face is masked: hair and
/// shoulders around a smooth fill look like a face to most detectors. A missed face is masked; it is an escape and can close the image. A
/// head gets a quiet fill first, and more of it is masked only where that is not enough: masks that grow with a smooth fill make the next
/// head of it, and in the end swallow the picture.
/// </summary>
internal sealed class ResidualCheck(IRegionDetector detector, RegionMasker masker, ILogger logger)
{
    /// <summary>Times the regions found are masked in turn. A detector that still finds others is guessing, or the picture is beyond it.</summary>
    private const int RoundsMax = 3;

    /// <summary>Times more that heads are looked for once every fill is quiet. One that is still found has no face left to lose.</summary>
    private const int QuietRoundsMax = 3;

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
            CoefficientPath.AfterFill(image, mask.Map);
            var result = GuardedDetection.Detect(detector, image, logger, cancellationToken);
            if (result.Outcome != DetectionOutcome.Detected)
            {
                return (FrameFate.ReasonOf(result.Outcome), escapes);
            }

            var isQuiet = round > RoundsMax;
            CollectToMask(result.Regions, mask.Map, isQuiet, found);
            if (found.Count == 0)
            {
                return (Reason.None, escapes);
            }

            var (missed, isCertain) = Missed(found, mask.Map, isQuiet);
            escapes += missed;
            if (round >= RoundsMax && isCertain)
            {
                return (Reason.ResidualFound, escapes);
            }

            if (!TryMask(mask, found, isQuiet))
            {
                return (Reason.Saturated, escapes);
            }

            if (round >= RoundsMax)
            {
                mask.QuietenAll();
            }

            if (mask.QuietBoxes.Count == 0)
            {
                masker.Fill(image, mask.Map, mask.Regions, frameNumber);
            }
            else
            {
                masker.FillQuietly(image, mask, frameNumber);
            }

            if (round == RoundsMax + QuietRoundsMax)
            {
                return (Reason.None, escapes);
            }
        }
    }

    private void CollectToMask(IReadOnlyList<RegionDetection> regions, MaskMap mask, bool isQuiet, List<RegionDetection> found)
    {
        found.Clear();
        for (var index = 0; index < regions.Count; index++)
        {
            if (IsToMask(regions[index], mask, isQuiet))
            {
                found.Add(regions[index]);
            }
        }
    }

    /// <summary>How many of them are faces that no mask hides, and whether one of these would start a track.</summary>
    private (int Count, bool IsCertain) Missed(List<RegionDetection> found, MaskMap mask, bool isQuiet)
    {
        var (count, isCertain) = (0, false);
        foreach (var region in found)
        {
            if (IsMissed(region, mask, isQuiet))
            {
                count++;
                isCertain |= region.Score >= detector.ThresholdsOf(region.Class).Start;
            }
        }

        return (count, isCertain);
    }

    /// <summary>Once every fill is quiet, only what is found with certainty is worth more of the picture, or lies where no fill is.</summary>
    private bool IsToMask(in RegionDetection region, MaskMap mask, bool isQuiet) =>
        mask.MaskedShareOf(region.Box) < 1
        && detector.ThresholdsOf(region.Class) is var thresholds
        && region.Score >= (isQuiet && IsTouched(region, mask) ? thresholds.Start : thresholds.Mask);

    /// <summary>What a quiet fill draws into is no evidence of a face; before, and elsewhere, a box with an open middle is.</summary>
    private static bool IsMissed(in RegionDetection region, MaskMap mask, bool isQuiet) =>
        !(isQuiet && IsTouched(region, mask)) && mask.MaskedShareOf(region.Box.Scaled(CoreScale)) < HiddenShareMin;

    private static bool IsTouched(in RegionDetection region, MaskMap mask) => mask.MaskedShareOf(region.Box) >= TouchedShareMin;

    private bool TryMask(FrameMask mask, List<RegionDetection> found, bool isQuiet)
    {
        var before = mask.Snapshot();
        foreach (var region in found)
        {
            if (IsMissed(region, before, isQuiet))
            {
                mask.Add(ToMask(region, before, isQuiet));
            }
        }

        if (mask.IsTooLarge)
        {
            return false;
        }

        foreach (var region in found)
        {
            var canBeQuieter = masker.HasQuietFill && !mask.IsQuiet(region.Box);
            mask.Quieten(region.Box);
            if (!canBeQuieter && !IsMissed(region, before, isQuiet))
            {
                // Nothing of a face is left in a head: masking it is not worth the picture.
                mask.AddIfFitting(ToMask(region, before, isQuiet));
            }
        }

        return true;
    }

    private static TrackedRegion ToMask(in RegionDetection region, MaskMap before, bool isQuiet)
    {
        var box = isQuiet || !IsTouched(region, before) ? region.Box : region.Box.Scaled(TouchedScale);
        return new TrackedRegion(box, region.Score, TrackHandle.None, IsBridged: false, MarginPx: 0, region.Class);
    }
}
