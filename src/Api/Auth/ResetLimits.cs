using System.Threading.RateLimiting;
using MultiPanel.Api.Http;

namespace MultiPanel.Api.Auth;

/// <summary>
/// How many links may be asked for: for one name, so that no mailbox is filled, and from one network. Names without a user
/// count alike. If others used up the limit for a name, their request has already mailed its user a link. Other spellings of
/// a name are counted apart, so that no client learns which are one user's; the distance between two mails to one user
/// (MailWriter) holds for all. The counts are in this process: N replicas of the API allow N times as many requests; that
/// distance is in the database.
/// </summary>
internal sealed class ResetLimits : IDisposable
{
    private const int OfName = 5, OfNetwork = 30;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private readonly PartitionedRateLimiter<string> names = Limiter(OfName);
    private readonly PartitionedRateLimiter<string> networks = Limiter(OfNetwork);

    /// <exception cref="ProblemException">429: too many.</exception>
    public void Enter(string name, string network)
    {
        using var ofNetwork = networks.AttemptAcquire(network);
        if (ofNetwork.IsAcquired)
        {
            using var ofName = names.AttemptAcquire(name.Trim().ToLowerInvariant());
            if (ofName.IsAcquired)
            {
                return;
            }
        }

        throw new ProblemException(429, "too_many_attempts", "Too many links were asked for; look for the mail, or wait a quarter of an hour.") { RetryAfter = Window };
    }

    public void Dispose()
    {
        names.Dispose();
        networks.Dispose();
    }

    private static PartitionedRateLimiter<string> Limiter(int permitted) => PartitionedRateLimiter.Create<string, string>(
        key => RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions { PermitLimit = permitted, Window = Window }));
}
