using Gateway.Exchange.Peers;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Gateway.Exchange.Delivery;

/// <summary>
/// What surrounds connect, Hello and Welcome, and never a running session: around a session a retry would never reset its pauses, and a timeout
/// would cut a healthy stream.
/// </summary>
internal static class ConnectPipeline
{
    // The library's default asks for 100 attempts in 30 s, which a single link never makes: the breaker would never open.
    private const int BreakerThroughput = 5;
    private const double BreakerFailureRatio = 0.8;

    public static ResiliencePipeline Create(DeliveryOptions options, TimeProvider time, Action<Exception?> failed) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.ReconnectDelay,
                MaxDelay = options.ReconnectDelayMax,
                Randomizer = options.Jitter ?? new RetryStrategyOptions().Randomizer,
                ShouldHandle = arguments => ValueTask.FromResult(MayHeal(arguments.Outcome.Exception)),
                OnRetry = arguments =>
                {
                    failed(arguments.Outcome.Exception);
                    return ValueTask.CompletedTask;
                },
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                MinimumThroughput = BreakerThroughput,
                FailureRatio = BreakerFailureRatio,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(5),
                ShouldHandle = arguments => ValueTask.FromResult(MayHeal(arguments.Outcome.Exception)),
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.ConnectTimeout })
            .Build();

    private static bool MayHeal(Exception? exception) =>
        exception is PeerUnreachableException { Fault: PeerFault.Unreachable } or TimeoutRejectedException or BrokenCircuitException;
}
