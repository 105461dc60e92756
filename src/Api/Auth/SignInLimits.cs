using System.Threading.RateLimiting;
using MultiPanel.Api.Http;

namespace MultiPanel.Api.Auth;

/// <summary>
/// Slows down guessing: so many failed sign-ins a minute for one user from one address, and for one address over all
/// users. Successful ones cost nothing. Attempts of one user from one address take turns, and only a few of one address
/// run at once, so that a burst does not slip by. A user is never locked out from another address.
/// </summary>
internal sealed class SignInLimits : IDisposable
{
    private const int FailuresOfUser = 10, FailuresOfAddress = 100, Waiting = 20, AtOnceOfAddress = 4, WaitingOfAddress = 200;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<string> users = Failures(FailuresOfUser);
    private readonly PartitionedRateLimiter<string> addresses = Failures(FailuresOfAddress);
    private readonly PartitionedRateLimiter<string> turns = Turns(1, Waiting);
    private readonly PartitionedRateLimiter<string> addressTurns = Turns(AtOnceOfAddress, WaitingOfAddress);

    /// <exception cref="ProblemException">429: too many.</exception>
    public async Task<Attempt> EnterAsync(string username, string address, CancellationToken cancellation)
    {
        var user = $"{username.ToLowerInvariant()} {address}";
        var turn = await turns.AcquireAsync(user, 1, cancellation);
        var addressTurn = await addressTurns.AcquireAsync(address, 1, cancellation);
        var attempt = new Attempt(this, [turn, addressTurn], user, address);
        using var userLease = users.AttemptAcquire(user, 0);
        using var addressLease = addresses.AttemptAcquire(address, 0);
        if (turn.IsAcquired && addressTurn.IsAcquired && userLease.IsAcquired && addressLease.IsAcquired)
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
        addressTurns.Dispose();
    }

    private static PartitionedRateLimiter<string> Failures(int permitted) => PartitionedRateLimiter.Create<string, string>(
        key => RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions { PermitLimit = permitted, Window = Window }));

    private static PartitionedRateLimiter<string> Turns(int atOnce, int waiting) => PartitionedRateLimiter.Create<string, string>(
        key => RateLimitPartition.GetConcurrencyLimiter(key, _ => new ConcurrencyLimiterOptions { PermitLimit = atOnce, QueueLimit = waiting }));

    /// <summary>One sign-in under way.</summary>
    public sealed class Attempt : IDisposable
    {
        private readonly SignInLimits limits;
        private readonly IReadOnlyList<RateLimitLease> turns;
        private readonly string user;
        private readonly string address;

        internal Attempt(SignInLimits limits, IReadOnlyList<RateLimitLease> turns, string user, string address)
        {
            this.limits = limits;
            this.turns = turns;
            this.user = user;
            this.address = address;
            Failures = FailuresOfAddress - (int)(limits.addresses.GetStatistics(address)?.CurrentAvailablePermits ?? FailuresOfAddress);
        }

        /// <summary>Of this address within the window.</summary>
        public int Failures { get; }

        public void Failed()
        {
            limits.users.AttemptAcquire(user).Dispose();
            limits.addresses.AttemptAcquire(address).Dispose();
        }

        public void Dispose()
        {
            foreach (var turn in turns)
            {
                turn.Dispose();
            }
        }
    }
}
