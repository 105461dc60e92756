using System.Threading.RateLimiting;

namespace MultiPanel.Api.Auth;

/// <summary>One sign-in under way, with the turns that it has.</summary>
internal sealed class SignInAttempt(SignInLimits limits, string name, string network) : IDisposable
{
    private readonly List<RateLimitLease> turns = [];

    /// <summary>Of this network within the window.</summary>
    public int Failures => limits.FailuresOf(network);

    /// <summary>
    /// The user was guessed at from here as often as is allowed, under whatever spellings the database takes for theirs, or
    /// by the e-mail address beside the name. To say so to a client that is not signed in would reveal which names belong to one user.
    /// </summary>
    public bool IsSpent(int user) => limits.IsSpent(user, network);

    /// <param name="user">Null: no user has that name.</param>
    public void Failed(int? user) => limits.Count(name, user, network);

    /// <returns>False: too many wait already.</returns>
    public async Task<bool> TakeAsync(PartitionedRateLimiter<string> from, string key, CancellationToken cancellation)
    {
        var turn = await from.AcquireAsync(key, 1, cancellation);
        turns.Add(turn);
        return turn.IsAcquired;
    }

    public void Dispose()
    {
        foreach (var turn in turns)
        {
            turn.Dispose();
        }
    }
}
