using MultiPanel.Proxmox.Errors;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace MultiPanel.Proxmox.Http;

/// <summary>How often and how long calls are tried.</summary>
internal sealed class PvePipelines
{
    public PvePipelines(PveConnection connection, TimeProvider time)
    {
        Attempt = new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(connection.CallTimeout).Build();

        var breaker = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                // One call that found no endpoint at all says more than any number of earlier ones that did.
                ShouldHandle = new PredicateBuilder().Handle<PveUnreachableException>(failure => failure.NobodyAnswered),
                FailureRatio = 0.0001,
                MinimumThroughput = 2,
                SamplingDuration = TimeSpan.FromMinutes(1),
                BreakDuration = connection.BreakDuration,
            })
            .Build();

        Once = breaker;
        Repeatable = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddTimeout(2 * connection.CallTimeout)
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<PveException>(IsWorthRepeating),
                MaxRetryAttempts = 2,
                Delay = connection.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .AddPipeline(breaker)
            .Build();
    }

    /// <summary>One request to one endpoint.</summary>
    public ResiliencePipeline Attempt { get; }

    /// <summary>Calls that change something: sent once.</summary>
    public ResiliencePipeline Once { get; }

    public ResiliencePipeline Repeatable { get; }

    /// <summary>Lost quorum is transient as well, but does not come back within a second.</summary>
    private static bool IsWorthRepeating(PveException failure) => failure.IsTransient && failure is not PveNoQuorumException;
}
