using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Server.Records;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Endpoints;

/// <summary>Explanations on the wire: what a record says, without its digests, and the numbers that decisions were made by.</summary>
internal static class ExplainMessage
{
    public static Wire.ExplainResponse Of(DeidentificationRecord record, IRegionDetector detector)
    {
        var told = record.ToMessage();
        var response = new Wire.ExplainResponse
        {
            Decision = told.Decision,
            Reason = told.Reason,
            Regions = { told.Regions },
            Checked = told.Checked,
            Escapes = told.Escapes,
            Policy = told.Policy,
            Technique = told.Technique,
            Model = told.Model,
            RegionModels = { told.RegionModels },
        };
        response.Thresholds.AddRange(Enum.GetValues<RegionClass>().Where(detector.Finds).Select(found => Of(found, detector)));
        return response;
    }

    public static Wire.ExplainResponse Of(StillDetails details, IRegionDetector detector)
    {
        var response = Of(details.Record, detector);
        (response.Width, response.Height) = ((uint)details.Width, (uint)details.Height);
        response.Brightness = new Wire.Brightness { Mean = details.MeanLuma, StandardDeviation = details.LumaDeviation, Steepness = (uint)details.Steepness };
        return response;
    }

    private static Wire.ClassThresholds Of(RegionClass regionClass, IRegionDetector detector)
    {
        var thresholds = detector.ThresholdsOf(regionClass);
        return new Wire.ClassThresholds { RegionClass = (Wire.RegionClass)regionClass, Start = thresholds.Start, Continue = thresholds.Continue, Mask = thresholds.Mask };
    }
}
