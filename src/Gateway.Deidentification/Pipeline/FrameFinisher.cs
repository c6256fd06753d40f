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
/// <param name="Mask">What was replaced; everything where the whole image was. To be given back with <see cref="FrameFinisher.Release"/>.</param>
internal readonly record struct FinishedFrame(FrameFate Fate, IReadOnlyList<RegionRecord> Regions, int Escapes, FrameMask Mask);

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
internal sealed class FrameFinisher
{
    private readonly ILogger _logger;
    private readonly RegionMasker _masker;
    private readonly ResidualCheck _check;
    private readonly Lock _gate = new();
    private readonly Stack<FrameMask> _idleMasks = [];

    /// <exception cref="ArgumentException">The technique is not allowed; ask <see cref="RedactionChoice.IsAllowed"/> first.</exception>
    public FrameFinisher(IRegionDetector detector, RedactionChoice redaction, ILogger logger)
    {
        _logger = logger;
        _masker = RegionMasker.For(redaction);
        _check = new ResidualCheck(detector, _masker, logger);
    }

    /// <summary>Share of a box by which its mask is larger, and by how much that grows where later frames could not add to the regions.</summary>
    private const float TailMarginShare = 0.175f;
    private const float TailMarginFactor = 1.5f;

    /// <summary>True where what is drawn on a frame depends on the frames before it: they must be finished one after the other, in order.</summary>
    public bool IsOrdered => _masker.IsOrdered;

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
            : Close(image, mask, known, plan, 0);
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
            var region = regions[index];
            mask.Add(plan.IsTail ? region with { MarginPx = TailMargin(region) } : region);
        }

        // 3
        if (mask.IsTooLarge)
        {
            return Close(image, mask, Reason.Saturated, plan, 0);
        }

        // 4
        _masker.Fill(image, mask.Map, mask.Regions, plan.FrameNumber);
        _masker.KeepOnly(regions);

        // 5
        var (reason, escapes) = plan.IsChecked
            ? _check.Run(image, mask, plan.FrameNumber, cancellationToken)
            : (Reason.None, 0);
        if (escapes > 0)
        {
            Log.Escape(_logger, escapes);
        }

        return reason == Reason.None
            ? new FinishedFrame(FrameFate.Open(!mask.Map.IsEmpty), mask.Regions.ToArray(), escapes, mask)
            : Close(image, mask, reason, plan, escapes);
    }

    private FrameMask RentMask(PixelImage image)
    {
        lock (_gate)
        {
            if (_idleMasks.TryPop(out var idle) && CoefficientPath.IsMaskFor(idle.Map, image))
            {
                return idle;
            }
        }

        return new FrameMask(CoefficientPath.EmptyMaskFor(image));
    }

    private FinishedFrame Close(PixelImage image, FrameMask mask, Reason reason, FinishPlan plan, int escapes)
    {
        CoefficientPath.BeforeWholeFill(image);
        WholeFrame.Fill(image);
        var fate = FrameFate.Closed(reason, plan.OnFailure);
        Log.FrameClosed(_logger, fate.Decision, fate.Reason);
        mask.Clear();
        mask.Map.MaskWhole();
        return new FinishedFrame(fate, [], escapes, mask);
    }

    private static float TailMargin(in TrackedRegion region) =>
        (region.MarginPx * TailMarginFactor) + (TailMarginShare * Math.Max(region.Box.Width, region.Box.Height));
}
