using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Microsoft.Extensions.Logging;

namespace Gateway.Deidentification.Pipeline;

/// <summary>Asks a detector and believes nothing: what it throws and what it answers both become an outcome.</summary>
internal static class GuardedDetection
{
    public static DetectionResult Detect(IRegionDetector detector, PixelImage image, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            if (!detector.DecodesOnDemand)
            {
                image.Complete();
            }

            var result = detector.Detect(image, cancellationToken);
            return result.Outcome == DetectionOutcome.Detected && !IsSound(result.Regions)
                ? DetectionResult.Failed(DetectionOutcome.NotFinite)
                : result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            // The edge to code of others (runtime, plugged-in model): whatever it throws has one answer, this frame is closed. The text
            // is not logged, a detector may have put anything into it.
            Log.DetectorThrew(logger, exception.GetType().Name);
            return DetectionResult.Failed(DetectionOutcome.Threw);
        }
    }

    private static bool IsSound(IReadOnlyList<RegionDetection> regions)
    {
        for (var index = 0; index < regions.Count; index++)
        {
            var (box, score) = (regions[index].Box, regions[index].Score);
            if (!float.IsFinite(box.X + box.Y) || !float.IsFinite(box.Area) || box.Width <= 0 || box.Height <= 0 || !(score is >= 0 and <= 1))
            {
                return false;
            }
        }

        return true;
    }
}
