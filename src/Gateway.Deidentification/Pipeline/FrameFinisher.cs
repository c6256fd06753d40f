using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Tracking;
using Microsoft.Extensions.Logging;

namespace Gateway.Deidentification.Pipeline;

/// <summary>What came out of finishing an image.</summary>
/// <param name="Fate">What becomes of it.</param>
/// <param name="Regions">What was masked; empty where the whole image was.</param>
/// <param name="Escapes">Regions that only the check of the masked image found.</param>
internal readonly record struct FinishedFrame(FrameFate Fate, IReadOnlyList<RegionRecord> Regions, int Escapes);

/// <summary>How an image is finished.</summary>
/// <param name="OnFailure">What happens where detection failed.</param>
/// <param name="IsChecked">True where the masked image is shown to the detector again.</param>
/// <param name="IsTail">True where no later frames could add to the regions.</param>
internal readonly record struct FinishPlan(FailureAction OnFailure, bool IsChecked, bool IsTail);

/// <summary>Masks an image in place and checks it: the last stop before an output exists.</summary>
internal sealed class FrameFinisher(IRegionDetector detector, RedactionChoice redaction, ILogger logger)
{
    /// <summary>Beyond this share the picture is all masks: detections that many are noise, and what is left between them is not safe.</summary>
    private const double CoverageShareMax = 0.6;

    /// <summary>Times the found regions of a masked image are masked in turn before the whole image is.</summary>
    private const int CheckRoundsMax = 2;

    /// <summary>Share of a box by which its mask is larger, and by how much that grows where later frames could not add to the regions.</summary>
    private const float TailMarginShare = 0.175f;
    private const float TailMarginFactor = 1.5f;

    /// <summary>
    /// 1 an image that was not detected on is closed, 2 regions become masks, 3 too many masks close it, 4 masked pixels are replaced,
    /// 5 the detector looks again. Afterwards the image holds what may leave: check <see cref="FrameFate.Decision"/> for whether it may.
    /// </summary>
    public FinishedFrame Finish(
        PixelImage image, Reason known, IReadOnlyList<TrackedRegion> regions, FinishPlan plan, CancellationToken cancellationToken)
    {
        // 1
        if (known != Reason.None)
        {
            return Close(image, known, plan, 0);
        }

        // 2
        var mask = new MaskMap(image.Width, image.Height);
        var records = new List<RegionRecord>(regions.Count);
        foreach (var region in regions)
        {
            var margin = plan.IsTail ? TailMargin(region) : region.MarginPx;
            records.Add(new RegionRecord(region.Box, mask.Add(region.Box, margin), region.Score, region.Handle, region.IsBridged));
        }

        // 3
        if (mask.CoverageShare > CoverageShareMax)
        {
            return Close(image, Reason.Saturated, plan, 0);
        }

        // 4
        Redactor.Apply(image, mask, redaction.Technique);

        // 5
        var (reason, escapes) = plan.IsChecked ? Check(image, mask, records, cancellationToken) : (Reason.None, 0);
        if (escapes > 0)
        {
            Log.Escape(logger, escapes);
        }

        return reason == Reason.None
            ? new FinishedFrame(FrameFate.Open(!mask.IsEmpty), records, escapes)
            : Close(image, reason, plan, escapes);
    }

    private (Reason Reason, int Escapes) Check(PixelImage image, MaskMap mask, List<RegionRecord> records, CancellationToken cancellationToken)
    {
        var escapes = 0;
        for (var round = 0; ; round++)
        {
            var result = GuardedDetection.Detect(detector, image, logger, cancellationToken);
            if (result.Outcome != DetectionOutcome.Detected)
            {
                return (FrameFate.ReasonOf(result.Outcome), escapes);
            }

            var found = result.Regions.Where(region => region.Score >= detector.Thresholds.Mask).ToList();
            if (found.Count == 0)
            {
                return (Reason.None, escapes);
            }

            if (round == CheckRoundsMax)
            {
                return (Reason.ResidualFound, escapes);
            }

            escapes += found.Count;
            records.AddRange(found.Select(region => new RegionRecord(region.Box, mask.Add(region.Box, 0), region.Score, TrackHandle.None, IsBridged: false)));
            if (mask.CoverageShare > CoverageShareMax)
            {
                return (Reason.Saturated, escapes);
            }

            Redactor.Apply(image, mask, redaction.Technique);
        }
    }

    private FinishedFrame Close(PixelImage image, Reason reason, FinishPlan plan, int escapes)
    {
        WholeFrame.Fill(image);
        var fate = FrameFate.Closed(reason, plan.OnFailure);
        Log.FrameClosed(logger, fate.Decision, fate.Reason);
        return new FinishedFrame(fate, [], escapes);
    }

    private static float TailMargin(in TrackedRegion region) =>
        (region.MarginPx * TailMarginFactor) + (TailMarginShare * Math.Max(region.Box.Width, region.Box.Height));
}
