using System.Threading.RateLimiting;
using MultiPanel.Api.Http;

namespace MultiPanel.Api.Auth;

/// <summary>
/// Slows down guessing: so many failed sign-ins a minute for one user from one network, and for one network over all
/// users. Successful ones cost nothing. Attempts of one name from one network take turns, and only a few of one network
/// run at once, so that a burst does not slip by. A user is never locked out from another network. The counts are in this
/// process: N replicas of the API allow N times as many attempts.
/// </summary>
internal sealed class SignInLimits : IDisposable
{
    private const int FailuresOfUser = 10, FailuresOfNetwork = 100, Waiting = 20, AtOnceOfNetwork = 4, WaitingOfNetwork = 200;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<string> users = Failures(FailuresOfUser);
    private readonly PartitionedRateLimiter<string> networks = Failures(FailuresOfNetwork);
    private readonly PartitionedRateLimiter<string> turns = Turns(1, Waiting);
    private readonly PartitionedRateLimiter<string> networkTurns = Turns(AtOnceOfNetwork, WaitingOfNetwork);

    /// <param name="username">As it was typed.</param>
    /// <param name="network">See <see cref="CallerExtensions.ClientNetwork"/>.</param>
    /// <exception cref="ProblemException">429: too many.</exception>
    public async Task<SignInAttempt> EnterAsync(string username, string network, CancellationToken cancellation)
    {
        var name = $"{username.Trim().ToLowerInvariant()} {network}";
        var attempt = new SignInAttempt(this, name, network);
        try
        {
            if (await attempt.TakeAsync(turns, name, cancellation)
                && await attempt.TakeAsync(networkTurns, network, cancellation)
                && !IsSpent(users, name) && !IsSpent(networks, network))
            {
                return attempt;
            }

            throw TooMany();
        }
        catch
        {
            // Also where the client leaves while it waits: a turn that is not given back is lost for good.
            attempt.Dispose();
            throw;
        }
    }

    public static ProblemException TooMany() =>
        new(429, "too_many_attempts", "Too many failed sign-ins; wait a minute and try again.") { RetryAfter = Window };

    public int FailuresOf(string network) =>
        FailuresOfNetwork - (int)(networks.GetStatistics(network)?.CurrentAvailablePermits ?? FailuresOfNetwork);

    public bool IsSpent(int user, string network) => IsSpent(users, Key(user, network));

    public void Count(string name, int? user, string network)
    {
        users.AttemptAcquire(name).Dispose();
        networks.AttemptAcquire(network).Dispose();
        if (user is { } id)
        {
            users.AttemptAcquire(Key(id, network)).Dispose();
        }
    }

    public void Dispose()
    {
        users.Dispose();
        networks.Dispose();
        turns.Dispose();
        networkTurns.Dispose();
    }

    /// <summary>A name cannot be mistaken for it: those are trimmed.</summary>
    private static string Key(int user, string network) => $" {user} {network}";

    private static bool IsSpent(PartitionedRateLimiter<string> failures, string key)
    {
        using var lease = failures.AttemptAcquire(key, 0);
        return !lease.IsAcquired;
    }

    private static PartitionedRateLimiter<string> Failures(int permitted) => PartitionedRateLimiter.Create<string, string>(
        key => RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions { PermitLimit = permitted, Window = Window }));

    private static PartitionedRateLimiter<string> Turns(int atOnce, int waiting) => PartitionedRateLimiter.Create<string, string>(
        key => RateLimitPartition.GetConcurrencyLimiter(key, _ => new ConcurrencyLimiterOptions { PermitLimit = atOnce, QueueLimit = waiting }));
}
