using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Pipeline;
using Gateway.Server.Records;
using Google.Protobuf;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Endpoints;

/// <summary>The answer to Open: what the stream will do to frames, how late it answers, and what the other profiles would cost.</summary>
internal static class OpenedMessage
{
    private static readonly (Wire.StreamProfile Name, StreamProfile Profile)[] Named =
    [
        (Wire.StreamProfile.Live, StreamProfile.Live), (Wire.StreamProfile.Assured, StreamProfile.Assured), (Wire.StreamProfile.Archive, StreamProfile.Archive),
        (Wire.StreamProfile.Throughput, ThroughputProfile.Default),
    ];

    public static Wire.StreamOpened Of(StreamDeidentifier stream, PipelineParts parts)
    {
        var opened = new Wire.StreamOpened
        {
            StreamHandle = ByteString.CopyFrom(stream.Handle.Span),
            LatencyFrames = (uint)stream.LatencyFrames,
            HoldFrames = (uint)stream.HoldFrames,
            Model = RecordMessages.ToMessage(parts.Detector.Model),
            Policy = RecordMessages.ToMessage(parts.Records.Policy),
            Profile = Named.FirstOrDefault(named => named.Profile == stream.Profile).Name,
            CheckEveryFrames = (uint)stream.Profile.ResidualScanEvery,
        };
        opened.RegionModels.AddRange(parts.Detector.RegionModels.Select(RecordMessages.ToMessage));
        opened.RegionClasses.AddRange(Enum.GetValues<RegionClass>().Where(parts.Detector.Finds).Select(found => (Wire.RegionClass)found));
        opened.Profiles.AddRange(Named.Select(named => new Wire.ProfileDelay
        {
            Profile = named.Name,
            LatencyFrames = (uint)named.Profile.LatencyFrames,
            HoldFrames = (uint)named.Profile.Tracking.HoldFrames,
            CheckEveryFrames = (uint)named.Profile.ResidualScanEvery,
            DetectEveryFrames = (uint)named.Profile.DetectEvery,
        }));
        return opened;
    }
}
