using Microsoft.Extensions.Logging;

namespace Gateway.Deidentification.Pipeline;

/// <summary>Events 1200 to 1299. No field ever comes from an image.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1200, EventName = "DetectorThrew", Level = LogLevel.Error, Message = "The detector threw {ExceptionType}; the frame was closed")]
    public static partial void DetectorThrew(ILogger logger, string exceptionType);

    [LoggerMessage(EventId = 1201, EventName = "FrameClosed", Level = LogLevel.Warning, Message = "A frame was closed as {Decision} because of {Reason}")]
    public static partial void FrameClosed(ILogger logger, Records.Decision decision, Records.Reason reason);

    [LoggerMessage(EventId = 1202, EventName = "Escape", Level = LogLevel.Warning, Message = "The check of a masked image found {Escapes} regions that were not masked; they were masked then")]
    public static partial void Escape(ILogger logger, int escapes);

    [LoggerMessage(EventId = 1203, EventName = "StreamEnded", Level = LogLevel.Information, Message = "A stream ended as {Ending} after {Frames} frames")]
    public static partial void StreamEnded(ILogger logger, StreamEnding ending, long frames);

    [LoggerMessage(EventId = 1290, EventName = "ThroughputChosen", Level = LogLevel.Warning, Message = "A stream asked for profile throughput: the detector looks at one frame in {Every}. {MeasuredExposure}")]
    public static partial void ThroughputChosen(ILogger logger, int every, string measuredExposure);

    [LoggerMessage(EventId = 1204, EventName = "CanaryPassed", Level = LogLevel.Debug, Message = "The detectors found all {Known} known regions")]
    public static partial void CanaryPassed(ILogger logger, int known);

    [LoggerMessage(EventId = 1205, EventName = "CanaryMissed", Level = LogLevel.Error, Message = "The canary of class {Class} was missed ({Outcome}; {Found} of {Known} known regions found so far); nothing is believed until all are found")]
    public static partial void CanaryMissed(ILogger logger, Detection.RegionClass @class, int found, int known, Detection.DetectionOutcome outcome);
}
