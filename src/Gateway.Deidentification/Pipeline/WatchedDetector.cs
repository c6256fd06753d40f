using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;
using Microsoft.Extensions.Logging;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// A detector that has to prove itself on a canary: a picture with known faces goes through the same session and lane as every frame, at
/// start and again while the node runs. As long as the last one was missed, every answer is <see cref="DetectionOutcome.Distrusted"/> and
/// every frame is closed. It catches a silently exchanged execution provider and broken weights, which answer "no faces" without an error.
/// </summary>
public sealed class WatchedDetector : IRegionDetector
{
    /// <summary>A known face counts as found by a box that overlaps it this much.</summary>
    private const float IouMin = 0.3f;

    /// <summary>A lane that does not get to the canary in this time is stuck, and what comes out of it cannot be known to be looked at.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private readonly IRegionDetector _detector;
    private readonly DrawnFrame _canary;
    private readonly ILogger _logger;
    private Task<DetectionResult>? _asked;
    private volatile bool _isReady;

    /// <summary>Wraps a detector; it is not ready before <see cref="CheckAsync"/> passed once.</summary>
    /// <exception cref="ArgumentException">The canary has no face.</exception>
    public WatchedDetector(IRegionDetector detector, DrawnFrame canary, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(canary);
        if (canary.Faces.Count == 0)
        {
            throw new ArgumentException("A scene without faces proves nothing.", nameof(canary));
        }

        (_detector, _canary, _logger) = (detector, canary, logger);
    }

    /// <inheritdoc/>
    public ModelReference Model => _detector.Model;

    /// <inheritdoc/>
    public IReadOnlyList<ModelReference> RegionModels => _detector.RegionModels;

    /// <inheritdoc/>
    public ScoreThresholds Thresholds => _detector.Thresholds;

    /// <inheritdoc/>
    public bool IsReady => _isReady && _detector.IsReady;

    /// <inheritdoc/>
    bool IRegionDetector.DecodesOnDemand => _detector.DecodesOnDemand;

    /// <inheritdoc/>
    public bool Finds(RegionClass regionClass) => _detector.Finds(regionClass);

    /// <inheritdoc/>
    public ScoreThresholds ThresholdsOf(RegionClass regionClass) => _detector.ThresholdsOf(regionClass);

    /// <inheritdoc/>
    public bool Covers(int width, int height) => _detector.Covers(width, height);

    /// <inheritdoc/>
    public DetectionResult Detect(PixelImage image, CancellationToken cancellationToken) => _isReady
        ? _detector.Detect(image, cancellationToken)
        : DetectionResult.Failed(DetectionOutcome.Distrusted);

    /// <summary>Shows the canary to the detector, in the queue in which frames wait. True when every known face was found, in time.</summary>
    /// <param name="lane">The lane of the frames.</param>
    /// <param name="time">Measures the time the answer may take.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; what was known before stays.</exception>
    public async Task<bool> CheckAsync(DetectionLane lane, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lane);
        var result = await AskAsync(lane, time, cancellationToken);
        var found = _canary.Faces.Count(face => result.Regions.Any(region =>
            region.Class == RegionClass.Face && region.Score >= Thresholds.Mask && region.Box.IntersectionOverUnion(face) >= IouMin));
        _isReady = result.Outcome == DetectionOutcome.Detected && found == _canary.Faces.Count;
        if (_isReady)
        {
            Log.CanaryPassed(_logger, found);
        }
        else
        {
            Log.CanaryMissed(_logger, found, _canary.Faces.Count, result.Outcome);
        }

        return _isReady;
    }

    /// <summary>Repeats the check until cancelled. Ten seconds is the usual interval.</summary>
    public async Task WatchAsync(DetectionLane lane, TimeSpan every, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(every, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await CheckAsync(lane, time, cancellationToken);
        }
    }

    private async Task<DetectionResult> AskAsync(DetectionLane lane, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            // A canary that is still under way is waited for again, not doubled: a lane that is stuck must not fill up with them.
            _asked ??= lane.RunAsync(() => GuardedDetection.Detect(_detector, _canary.Image, _logger, cancellationToken), cancellationToken);
            var result = await _asked.WaitAsync(AnswerLimit, time, cancellationToken);
            _asked = null;
            return result;
        }
        catch (TimeoutException)
        {
            return DetectionResult.Failed(DetectionOutcome.Late);
        }
        catch (OperationCanceledException)
        {
            _asked = null;
            throw;
        }
    }
}
