using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Records;
using Microsoft.Extensions.Logging;

namespace Gateway.Deidentification.Pipeline;

/// <summary>What stills and streams of a node share.</summary>
/// <param name="Detector">Finds what must be masked.</param>
/// <param name="Codec">Reads and writes encoded stills, and the frames of a JPEG stream.</param>
/// <param name="Records">What all records have in common.</param>
/// <param name="Lane">Where the work runs.</param>
/// <param name="Time">Time of decisions and deadlines.</param>
/// <param name="Logger">Receives what an operator should know; never anything from an image.</param>
public sealed record PipelineParts(
    IRegionDetector Detector, IStillCodec Codec, RecordContext Records, DetectionLane Lane, TimeProvider Time, ILogger Logger);
