using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;
using Microsoft.Extensions.Logging;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// A detector that has to prove itself on canaries: pictures with known regions go through the same sessions and lane as every frame, at
/// start and again while the node runs. As long as one was missed the last time, every answer is <see cref="DetectionOutcome.Distrusted"/>
/// and every frame is closed. It catches a silently exchanged execution provider and broken weights, which answer "no faces" without an error.
/// </summary>
public sealed class WatchedDetector : IRegionDetector
{
    /// <summary>A lane that does not get to the canary in this time is stuck, and what comes out of it cannot be known to be looked at.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private readonly IRegionDetector _detector;
    private readonly IReadOnlyList<Canary> _canaries;
    private readonly ILogger _logger;
    private Task<Answer>? _asked;
    private volatile bool _isReady;

    /// <summary>Wraps a detector; it is not ready before <see cref="CheckAsync"/> passed once.</summary>
    /// <exception cref="ArgumentException">There is no canary, or one without a region: it would prove nothing.</exception>
    public WatchedDetector(IRegionDetector detector, IReadOnlyList<Canary> canaries, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(canaries);
        if (canaries.Count == 0 || canaries.Any(canary => canary.Regions.Count == 0))
        {
            throw new ArgumentException("A picture without a known region proves nothing.", nameof(canaries));
        }

        (_detector, _canaries, _logger) = (detector, canaries, logger);
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

    /// <summary>Shows the canaries to the detector, in the queue in which frames wait. True when every known region was found, in time.</summary>
    /// <param name="lane">The lane of the frames.</param>
    /// <param name="time">Measures the time the answer may take.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; what was known before stays.</exception>
    public async Task<bool> CheckAsync(DetectionLane lane, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lane);
        var answer = await AskAsync(lane, time, cancellationToken);
        var known = _canaries.Sum(canary => canary.Regions.Count);
        _isReady = answer.Outcome == DetectionOutcome.Detected && answer.Found == known;
        if (_isReady)
        {
            Log.CanaryPassed(_logger, known);
        }
        else
        {
            Log.CanaryMissed(_logger, answer.Class, answer.Found, known, answer.Outcome);
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

    private async Task<Answer> AskAsync(DetectionLane lane, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            // Canaries that are still under way are waited for again, not doubled: a lane that is stuck must not fill up with them.
            _asked ??= lane.RunAsync(() => Ask(cancellationToken), cancellationToken);
            var answer = await _asked.WaitAsync(AnswerLimit, time, cancellationToken);
            _asked = null;
            return answer;
        }
        catch (TimeoutException)
        {
            return new Answer(DetectionOutcome.Late, _canaries[0].Class, 0);
        }
        catch (OperationCanceledException)
        {
            _asked = null;
            throw;
        }
    }

    /// <summary>One after the other, up to the first that is missed.</summary>
    private Answer Ask(CancellationToken cancellationToken)
    {
        var found = 0;
        foreach (var canary in _canaries)
        {
            var result = GuardedDetection.Detect(_detector, canary.Image, _logger, cancellationToken);
            var foundHere = canary.CountFoundIn(result, ThresholdsOf(canary.Class).Mask);
            found += foundHere;
            if (result.Outcome != DetectionOutcome.Detected || foundHere < canary.Regions.Count)
            {
                return new Answer(result.Outcome, canary.Class, found);
            }
        }

        return new Answer(DetectionOutcome.Detected, _canaries[^1].Class, found);
    }

    /// <summary>What came of showing the canaries.</summary>
    /// <param name="Outcome">What the detector answered to the last that was shown.</param>
    /// <param name="Class">What that one shows.</param>
    /// <param name="Found">Known regions found, of all that were shown.</param>
    private readonly record struct Answer(DetectionOutcome Outcome, RegionClass Class, int Found);
}
