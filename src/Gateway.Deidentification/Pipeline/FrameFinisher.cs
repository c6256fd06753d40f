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
/// <param name="Mask">What was replaced; everything where the whole image was. To be given back with <see cref="FrameFinisher.Release"/>.</param>
internal readonly record struct FinishedFrame(FrameFate Fate, IReadOnlyList<RegionRecord> Regions, int Escapes, bool IsChecked, FrameMask Mask);

/// <summary>How an image is finished.</summary>
/// <param name="FrameNumber">Number of the frame; 0 for stills.</param>
/// <param name="OnFailure">What happens where detection failed.</param>
/// <param name="IsChecked">True where the masked image is shown to the detector again.</param>
/// <param name="IsTail">True where no later frames could add to the regions.</param>
internal readonly record struct FinishPlan(ulong FrameNumber, FailureAction OnFailure, bool IsChecked, bool IsTail);

/// <summary>
/// Masks images of one stream in place, or one still, and checks them: the last stop before an output exists. Frames may be finished in
/// parallel unless <see cref="IsOrdered"/>.
/// </summary>
internal sealed class FrameFinisher(IRegionDetector detector, RegionMasker masker, ILogger logger)
{
    private readonly ResidualCheck _check = new(detector, masker, logger);
    private readonly Lock _gate = new();
    private readonly Stack<FrameMask> _idleMasks = [];

    /// <summary>Share of a box by which its mask is larger, and by how much that grows where later frames could not add to the regions.</summary>
    private const float TailMarginShare = 0.175f;
    private const float TailMarginFactor = 1.5f;

    /// <summary>True where what is drawn on a frame depends on the frames before it: they must be finished one after the other, in order.</summary>
    public bool IsOrdered => masker.IsOrdered;

    /// <summary>
    /// 1 an image that was not detected on is closed, 2 regions become masks, 3 too many masks close it, 4 masked pixels are replaced,
    /// 5 the detector looks again. Afterwards the image holds what may leave: check <see cref="FrameFate.Decision"/> for whether it may.
    /// </summary>
    public FinishedFrame Finish(
        PixelImage image, Reason known, IReadOnlyList<TrackedRegion> regions, FinishPlan plan, CancellationToken cancellationToken)
    {
        // 1
        var mask = RentMask(image);
        return known == Reason.None
            ? Mask(image, mask, regions, plan, cancellationToken)
            : Close(image, mask, known, plan, 0, isChecked: false);
    }

    /// <summary>Takes the mask of a finished image back, once the image was written.</summary>
    public void Release(in FinishedFrame finished)
    {
        finished.Mask.Clear();
        lock (_gate)
        {
            _idleMasks.Push(finished.Mask);
        }
    }

    private FinishedFrame Mask(
        PixelImage image, FrameMask mask, IReadOnlyList<TrackedRegion> regions, FinishPlan plan, CancellationToken cancellationToken)
    {
        // 2
        for (var index = 0; index < regions.Count; index++)
        {
            var region = WithOutlineIfBelieved(regions[index]);
            mask.Add(plan.IsTail ? region with { MarginPx = TailMargin(region), Outline = null } : region, IsCertain(region));
        }

        // 3
        if (mask.IsTooLarge)
        {
            return Close(image, mask, Reason.Saturated, plan, 0, isChecked: false);
        }

        // 4
        masker.Fill(image, mask.Map, mask.Regions, plan.FrameNumber);
        masker.KeepOnly(regions);

        // 5
        var (reason, escapes) = plan.IsChecked
            ? _check.Run(image, mask, plan.FrameNumber, cancellationToken)
            : (Reason.None, 0);
        if (escapes > 0)
        {
            Log.Escape(logger, escapes);
        }

        return reason == Reason.None
            ? new FinishedFrame(FrameFate.Open(!mask.Map.IsEmpty), mask.Regions.ToArray(), escapes, plan.IsChecked, mask)
            : Close(image, mask, reason, plan, escapes, plan.IsChecked);
    }

    /// <summary>Found well enough to start a track; or held or masked backwards by one, which began with such a detection.</summary>
    private bool IsCertain(in TrackedRegion region) => region.IsBridged || region.Score >= detector.ThresholdsOf(region.Class).Start;

    /// <summary>
    /// What is masked by its outline leaves everything beside it open, so only what was seen on this frame, and well enough to start a track, is.
    /// </summary>
    private TrackedRegion WithOutlineIfBelieved(in TrackedRegion region) =>
        masker.DrawsOutlines && !region.IsBridged && region.Score >= detector.ThresholdsOf(region.Class).Start ? region : region with { Outline = null };

    private FrameMask RentMask(PixelImage image)
    {
        lock (_gate)
        {
            if (_idleMasks.TryPop(out var idle) && CoefficientPath.IsMaskFor(idle.Map, image))
            {
                return idle;
            }
        }

        return new FrameMask(image);
    }

    private FinishedFrame Close(PixelImage image, FrameMask mask, Reason reason, FinishPlan plan, int escapes, bool isChecked)
    {
        CoefficientPath.BeforeWholeFill(image);
        WholeFrame.Fill(image);
        var fate = FrameFate.Closed(reason, plan.OnFailure);
        Log.FrameClosed(logger, fate.Decision, fate.Reason);
        mask.Clear();
        mask.Map.MaskWhole();
        return new FinishedFrame(fate, [], escapes, isChecked, mask);
    }

    private static float TailMargin(in TrackedRegion region) =>
        (region.MarginPx * TailMarginFactor) + (TailMarginShare * Math.Max(region.Box.Width, region.Box.Height));
}
