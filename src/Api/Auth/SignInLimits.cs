using System.Threading.RateLimiting;
using MultiPanel.Api.Http;

namespace MultiPanel.Api.Auth;

/// <summary>
/// Slows down guessing: so many failed sign-ins a minute for one user from one address, and for one address over all
/// users. Successful ones cost nothing. The same user's attempts from one address take turns, so that a burst does not slip by.
/// </summary>
internal sealed class SignInLimits : IDisposable
{
    private const int FailuresOfUser = 10, FailuresOfAddress = 100, Waiting = 20;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<string> users = Failures(FailuresOfUser);
    private readonly PartitionedRateLimiter<string> addresses = Failures(FailuresOfAddress);
    private readonly PartitionedRateLimiter<string> turns = PartitionedRateLimiter.Create<string, string>(
        key => RateLimitPartition.GetConcurrencyLimiter(key, _ => new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = Waiting }));

    /// <exception cref="ProblemException">429: too many.</exception>
    public async Task<Attempt> EnterAsync(string username, string address, CancellationToken cancellation)
    {
        var user = $"{username.ToLowerInvariant()} {address}";
        var turn = await turns.AcquireAsync(user, 1, cancellation);
        var attempt = new Attempt(this, turn, user, address);
        using var userLease = users.AttemptAcquire(user, 0);
        using var addressLease = addresses.AttemptAcquire(address, 0);
        if (turn.IsAcquired && userLease.IsAcquired && addressLease.IsAcquired)
        {
            return attempt;
        }

        attempt.Dispose();
        throw new ProblemException(429, "too_many_attempts", "Too many failed sign-ins; wait a minute and try again.") { RetryAfter = Window };
    }

    public void Dispose()
    {
        users.Dispose();
        addresses.Dispose();
        turns.Dispose();
    }

    private static PartitionedRateLimiter<string> Failures(int permitted) => PartitionedRateLimiter.Create<string, string>(
        key => RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions { PermitLimit = permitted, Window = Window }));

    /// <summary>One sign-in under way.</summary>
    public sealed class Attempt : IDisposable
    {
        private readonly SignInLimits limits;
        private readonly RateLimitLease turn;
        private readonly string user;
        private readonly string address;

        internal Attempt(SignInLimits limits, RateLimitLease turn, string user, string address)
        {
            this.limits = limits;
            this.turn = turn;
            this.user = user;
            this.address = address;
        }

        public void Failed()
        {
            limits.users.AttemptAcquire(user).Dispose();
            limits.addresses.AttemptAcquire(address).Dispose();
        }

        public void Dispose() => turn.Dispose();
    }
}
