using System.Runtime.InteropServices;
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
/// <remarks>
/// What a find leads to. Its core is the middle half of its box; its own region is a masked one of comparable size about the same middle.
/// <code>
/// find                                                  first rounds                         once every fill is quiet
/// all of its box is masked                              nothing                              nothing
/// most of its core is open                              escape: masked, whole face           escape, unless a mask touches it
/// core masked, part of the box open, no own region      escape: masked, whole face           as a head
/// core masked, part of the box open, own region (head)  quiet fill; again: masked, middle    certain: masked, whole box; else nothing
/// core masked, hardly any of the box open               as a head                            as a head
/// a person with nearly all of the outline masked        nothing                              nothing
/// a person with more of the outline open                escape: masked, box and margins      as a head
/// an escape of certain score after the last round       -                                    frame closed, ResidualFound
/// a mask that would pass its limit, for any of these    frame closed, Saturated              frame closed, Saturated
/// the same for a head, all of its core masked           nothing more                         nothing more
/// the detector fails                                    frame closed, its reason             frame closed, its reason
/// </code>
/// The rows about persons are for the technique that masks along outlines; everywhere else a person is what its box is.
/// Whole face is the ellipse in the box, and the margins of a face as well where no mask touches the box. With them everywhere a clip of 225
/// frames with three faces before the camera had 56 closed instead of 15, for boxes half the picture high that a detector draws around two
/// fills. No find of this check reaches the tracker: what is masked for it on one frame cannot grow over the next.
/// </remarks>
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

    /// <summary>A box of which this much is masked shows no part of a face that anybody could use.</summary>
    private const float HiddenBoxShareMin = 0.85f;

    /// <summary>The face of a head is no smaller against the head than this, in widths; a smaller region is something else within another face.</summary>
    private const float FaceInHeadMin = 0.3f;

    /// <summary>A person of whose outline this much is masked is not seen any more; what sticks out is no wider than the outline is certain.</summary>
    private const float HiddenOutlineShareMin = 0.9f;

    /// <summary>A box of which this much was masked before is drawn by the fill as well as by the picture.</summary>
    private const float TouchedShareMin = 0.1f;

    /// <summary>Such a head is masked without margins, as its middle with them: masks with margins would grow from fill to fill without end.</summary>
    private const float TouchedHeadScale = 0.6f;

    /// <summary>Such an escape as well, but of what is a face no part may be left: this much of the box holds the ellipse in it.</summary>
    private const float TouchedEscapeShare = 1.05f;

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

            var (missed, isCertain) = Missed(found, mask, isQuiet);
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
    private (int Count, bool IsCertain) Missed(List<RegionDetection> found, FrameMask mask, bool isQuiet)
    {
        var (count, isCertain) = (0, false);
        foreach (var region in found)
        {
            if (IsMissed(region, mask.Map, CollectionsMarshal.AsSpan(mask.Regions), isQuiet))
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
        && !(HasOutline(region) && mask.MaskedShareOf(region.Outline!) >= HiddenOutlineShareMin)
        && detector.ThresholdsOf(region.Class) is var thresholds
        && region.Score >= (isQuiet && IsTouched(region, mask) ? thresholds.Start : thresholds.Mask);

    /// <summary>
    /// What a quiet fill draws into is no evidence of a face. Before, and elsewhere, a box with an open middle is; and so is one of which a
    /// neighbour's mask hides the middle while part of it is open: it is no head of what is masked, and was missed by the first look.
    /// </summary>
    private bool IsMissed(in RegionDetection region, MaskMap mask, ReadOnlySpan<RegionRecord> masked, bool isQuiet)
    {
        if (isQuiet && IsTouched(region, mask))
        {
            return false;
        }

        return HasOutline(region)
            || mask.MaskedShareOf(region.Box.Scaled(CoreScale)) < HiddenShareMin
            || (mask.MaskedShareOf(region.Box) < HiddenBoxShareMin && !IsHead(region.Box, masked));
    }

    /// <summary>The corners of its box are open then, and rightly so: what counts is how much of the outline is.</summary>
    private bool HasOutline(in RegionDetection region) => masker.DrawsOutlines && region.Outline is not null;

    /// <summary>A head of whose middle nothing is open has no face left to lose: where masking more of it does not fit, it is not worth the picture.</summary>
    private static bool IsHidden(in RegionDetection region, MaskMap mask, ReadOnlySpan<RegionRecord> masked) =>
        IsHead(region.Box, masked) && mask.MaskedShareOf(region.Box.Scaled(CoreScale)) >= 1;

    /// <summary>True where a masked region lies about the middle of a box: what was found there is its head.</summary>
    private static bool IsHead(in RegionBox box, ReadOnlySpan<RegionRecord> masked)
    {
        var core = box.Scaled(CoreScale);
        foreach (var region in masked)
        {
            var (x, y) = (region.Box.CenterX, region.Box.CenterY);
            if (x >= core.X && x <= core.Right && y >= core.Y && y <= core.Bottom && region.Box.Width >= box.Width * FaceInHeadMin)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsTouched(in RegionDetection region, MaskMap mask) => mask.MaskedShareOf(region.Box) >= TouchedShareMin;

    /// <returns>False where the mask would pass its limit: what was found cannot be masked, so the frame must not be shown.</returns>
    private bool TryMask(FrameMask mask, List<RegionDetection> found, bool isQuiet)
    {
        // Both as they are now: what is added for one find must not make a head of the next.
        var before = mask.Snapshot();
        var masked = CollectionsMarshal.AsSpan(mask.Regions);
        foreach (var region in found)
        {
            if (IsMissed(region, before, masked, isQuiet))
            {
                mask.Add(ToMask(region, before, isQuiet, HasOutline(region) ? 1 : TouchedEscapeScale(region.Class)));
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
            if (!canBeQuieter && !IsMissed(region, before, masked, isQuiet) && !mask.TryAdd(ToMask(region, before, isQuiet, TouchedHeadScale)) && !IsHidden(region, before, masked))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What the margins of a class make larger comes out at the wanted size, down to the lower edge of a mask that is raised.</summary>
    private static float TouchedEscapeScale(RegionClass regionClass)
    {
        var margins = RegionMargins.Of(regionClass);
        return TouchedEscapeShare / Math.Min(margins.WidthFactor, margins.HeightFactor - (2 * margins.Raise));
    }

    private static TrackedRegion ToMask(in RegionDetection region, MaskMap before, bool isQuiet, float touchedScale)
    {
        var box = isQuiet || !IsTouched(region, before) ? region.Box : region.Box.Scaled(touchedScale);
        return new TrackedRegion(box, region.Score, TrackHandle.None, IsBridged: false, MarginPx: 0, region.Class);
    }
}
