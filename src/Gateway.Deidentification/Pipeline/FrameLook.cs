using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Pipeline;

/// <summary>What looking at one frame of a stream told.</summary>
/// <param name="Reason">Why the frame is closed, or <see cref="Reason.None"/>.</param>
/// <param name="Regions">What was found; also a late answer helps to mask other frames.</param>
/// <param name="HasLuma">True where the brightness of the frame is known; it is not where the frame does not decode.</param>
/// <param name="StartedAt">When the look began, in ticks of the time provider.</param>
/// <param name="FinishedAt">When the answer was there, in ticks of the time provider.</param>
/// <param name="IsRefused">True where the frame is of another size than the stream.</param>
/// <param name="IsSeen">False where the detector was not asked, because the profile leaves frames out.</param>
internal readonly record struct FrameLook(
    Reason Reason, IReadOnlyList<RegionDetection> Regions, bool HasLuma, long StartedAt, long FinishedAt, bool IsRefused = false, bool IsSeen = true);
