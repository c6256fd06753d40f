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
/// <param name="IsChecked">True where the masked image was shown to the detector again.</param>
/// <param name="Mask">What was replaced; everything where the whole image was.</param>
internal readonly record struct FinishedFrame(FrameFate Fate, IReadOnlyList<RegionRecord> Regions, int Escapes, bool IsChecked, MaskMap Mask);

/// <summary>How an image is finished.</summary>
/// <param name="FrameNumber">Number of the frame; 0 for stills.</param>
/// <param name="OnFailure">What happens where detection failed.</param>
/// <param name="IsChecked">True where the masked image is shown to the detector again.</param>
/// <param name="IsTail">True where no later frames could add to the regions.</param>
internal readonly record struct FinishPlan(ulong FrameNumber, FailureAction OnFailure, bool IsChecked, bool IsTail);

/// <summary>Masks images of one stream in place, or one still, and checks them: the last stop before an output exists.</summary>
internal sealed class FrameFinisher(IRegionDetector detector, RegionMasker masker, ILogger logger)
{
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
            return Close(image, known, plan, 0, isChecked: false);
        }

        // 2
        var mask = new FrameMask(image);
        foreach (var region in regions)
        {
            mask.Add(plan.IsTail ? region with { MarginPx = TailMargin(region) } : region);
        }

        // 3
        if (mask.IsTooLarge)
        {
            return Close(image, Reason.Saturated, plan, 0, isChecked: false);
        }

        // 4
        masker.Fill(image, mask.Map, mask.Regions, plan.FrameNumber);
        masker.KeepOnly(regions);

        // 5
        var (reason, escapes) = plan.IsChecked
            ? new ResidualCheck(detector, masker, logger).Run(image, mask, plan.FrameNumber, cancellationToken)
            : (Reason.None, 0);
        if (escapes > 0)
        {
            Log.Escape(logger, escapes);
        }

        return reason == Reason.None
            ? new FinishedFrame(FrameFate.Open(!mask.Map.IsEmpty), mask.Regions, escapes, plan.IsChecked, mask.Map)
            : Close(image, reason, plan, escapes, plan.IsChecked);
    }

    private FinishedFrame Close(PixelImage image, Reason reason, FinishPlan plan, int escapes, bool isChecked)
    {
        CoefficientPath.BeforeWholeFill(image);
        WholeFrame.Fill(image);
        var fate = FrameFate.Closed(reason, plan.OnFailure);
        Log.FrameClosed(logger, fate.Decision, fate.Reason);
        return new FinishedFrame(fate, [], escapes, isChecked, MaskMap.Whole(image.Width, image.Height));
    }

    private static float TailMargin(in TrackedRegion region) =>
        (region.MarginPx * TailMarginFactor) + (TailMarginShare * Math.Max(region.Box.Width, region.Box.Height));
}
