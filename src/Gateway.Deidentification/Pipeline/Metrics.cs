using System.Diagnostics.Metrics;
using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Pipeline;

/// <summary>Figures of the de-identification half; they count and time, and never say anything about one image.</summary>
public static class Metrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Gateway.Deidentification";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Frames =
        Meter.CreateCounter<long>("gateway.deidentification.frames", "{frame}", "Images and frames answered");

    private static readonly Counter<long> Faces =
        Meter.CreateCounter<long>("gateway.deidentification.faces", "{region}", "Regions masked, bridged ones included");

    private static readonly Counter<long> Outlined =
        Meter.CreateCounter<long>("gateway.deidentification.outlined", "{region}", "Regions masked along their outline, not as a box");

    private static readonly Counter<long> Escapes =
        Meter.CreateCounter<long>("gateway.deidentification.escapes", "{region}", "Regions that only the check of a masked image found");

    private static readonly Counter<long> FramesMasked =
        Meter.CreateCounter<long>("gateway.deidentification.frames.masked", "{frame}", "Images and frames masked whole");

    private static readonly Counter<long> FramesWithheld =
        Meter.CreateCounter<long>("gateway.deidentification.frames.withheld", "{frame}", "Frames withheld");

    private static readonly Histogram<double> FrameDuration =
        Meter.CreateHistogram<double>("gateway.deidentification.frame.duration", "s", "Work on one image or frame, waiting not included");

    internal static void Answered(string kind, in FinishedFrame finished, TimeSpan duration)
    {
        var kindTag = new KeyValuePair<string, object?>("kind", kind);
        Frames.Add(1, kindTag);
        Faces.Add(finished.Regions.Count, kindTag);
        Outlined.Add(OutlinedOf(finished.Regions), kindTag);
        Escapes.Add(finished.Escapes, kindTag);
        FrameDuration.Record(duration.TotalSeconds, kindTag);
        if (finished.Fate.Decision == Decision.FrameMasked)
        {
            FramesMasked.Add(1, kindTag, ReasonTag(finished));
        }
        else if (finished.Fate.Decision == Decision.Withheld)
        {
            FramesWithheld.Add(1, kindTag, ReasonTag(finished));
        }
    }

    private static int OutlinedOf(IReadOnlyList<RegionRecord> regions)
    {
        var outlined = 0;
        for (var index = 0; index < regions.Count; index++)
        {
            outlined += regions[index].IsOutlined ? 1 : 0;
        }

        return outlined;
    }

    private static KeyValuePair<string, object?> ReasonTag(in FinishedFrame finished) => new("reason", finished.Fate.Reason.ToString());
}
