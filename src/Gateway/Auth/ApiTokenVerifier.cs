using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using MultiPanel.Gateway.Http;
using MultiPanel.Gateway.MainPanel;

namespace MultiPanel.Gateway.Auth;

/// <summary>
/// Whether API tokens are good: only the main panel knows, so it is asked, and its answer remembered for seconds. It checks
/// each request again anyway; what is kept from it here is garbage, of which no network gets to send much.
/// </summary>
internal sealed class ApiTokenVerifier(PanelConnection panel, TimeProvider clock) : IDisposable
{
    public const string Prefix = "mp_";

    /// <summary>Of 256 random bits.</summary>
    private const int Size = 43;

    private const int Most = 10_000, FailuresOfNetwork = 20, AtOnceOfNetwork = 4, WaitingOfNetwork = 100;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3), CallTimeout = TimeSpan.FromSeconds(5), Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Known> known = new();

    private readonly PartitionedRateLimiter<string> failures = PartitionedRateLimiter.Create<string, string>(
        network => RateLimitPartition.GetFixedWindowLimiter(network, _ => new FixedWindowRateLimiterOptions { PermitLimit = FailuresOfNetwork, Window = Window }));

    /// <summary>Few at once, or a burst would have been sent before its first failure is counted.</summary>
    private readonly PartitionedRateLimiter<string> turns = PartitionedRateLimiter.Create<string, string>(
        network => RateLimitPartition.GetConcurrencyLimiter(network, _ => new ConcurrencyLimiterOptions { PermitLimit = AtOnceOfNetwork, QueueLimit = WaitingOfNetwork }));

    /// <returns>Null: the token is good.</returns>
    public async Task<Problem?> WhyNotAsync(string token, string network, CancellationToken cancellation)
    {
        if (token.Length != Prefix.Length + Size || !Base64Url.IsValid(token.AsSpan(Prefix.Length)))
        {
            return Problem.Bare(StatusCodes.Status401Unauthorized);
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        var before = known.GetValueOrDefault(hash);
        if (before is not null && before.Until > clock.GetUtcNow())
        {
            return before.Problem;
        }

        // One that was good a moment ago is no guess: wrong tokens from the same network do not keep it out.
        if (before is { Problem: null })
        {
            return await AskAsync(token, hash, cancellation);
        }

        using var turn = await turns.AcquireAsync(network, 1, cancellation);
        using var mayFail = failures.AttemptAcquire(network, 0);
        if (!turn.IsAcquired || !mayFail.IsAcquired)
        {
            return new Problem(StatusCodes.Status429TooManyRequests, "too_many_attempts", "Too many API tokens that are none; wait a minute and try again.") { RetryAfter = Window };
        }

        var problem = await AskAsync(token, hash, cancellation);
        if (problem is { Status: StatusCodes.Status401Unauthorized })
        {
            failures.AttemptAcquire(network).Dispose();
        }

        return problem;
    }

    public void Dispose()
    {
        failures.Dispose();
        turns.Dispose();
    }

    private async Task<Problem?> AskAsync(string token, string hash, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(CallTimeout);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{panel.Prefix}/api/vdi-integration/auth/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var answer = await panel.Messages.SendAsync(request, timeout.Token);
            return (int)answer.StatusCode switch
            {
                >= 200 and < 300 => Remember(hash, null),
                401 or 403 => Remember(hash, Problem.Bare(StatusCodes.Status401Unauthorized)),
                var other => PanelFailure.Unreachable($"The main panel cannot say at the moment whether the API token is good (status {other}). Try again shortly."),
            };
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return PanelFailure.Explain(failure, changes: false);
        }
    }

    private Problem? Remember(string hash, Problem? problem)
    {
        if (known.Count >= Most)
        {
            known.Clear();
        }

        known[hash] = new Known(problem, clock.GetUtcNow() + Fresh);
        return problem;
    }

    private sealed record Known(Problem? Problem, DateTimeOffset Until);
}
