using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>How many streams are open at once, for each user and in all; each costs a connection and memory.</summary>
internal sealed class StreamLimits(ApiSettings settings)
{
    /// <summary>Some browser windows and scripts of one user.</summary>
    public const int PerUser = 20;

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> users = [];
    private int open;

    /// <returns>Dispose it when the stream ends.</returns>
    /// <exception cref="ProblemException">429 <c>too_many_streams</c>.</exception>
    public IDisposable Enter(Caller caller)
    {
        // Services have no id; a user's name cannot begin with '#'.
        var user = caller.UserId is { } id ? $"#{id}" : caller.Username;
        lock (gate)
        {
            var own = users.GetValueOrDefault(user);
            if (own >= PerUser)
            {
                throw TooMany($"You have {own} event streams open, and more are not allowed. Close one, or follow all jobs with a single GET /api/jobs/events.");
            }

            if (open >= settings.MaxStreams)
            {
                throw TooMany($"This host has {open} event streams open, and more are not allowed (setting MAX_STREAMS). Try again in a moment, or ask for the job with GET /api/jobs/{{id}}.");
            }

            users[user] = own + 1;
            open++;
        }

        return new Place(() => Leave(user));
    }

    private void Leave(string user)
    {
        lock (gate)
        {
            open--;
            if (--users[user] == 0)
            {
                users.Remove(user);
            }
        }
    }

    private static ProblemException TooMany(string detail) =>
        new(StatusCodes.Status429TooManyRequests, "too_many_streams", detail) { RetryAfter = TimeSpan.FromSeconds(15) };

    private sealed class Place(Action leave) : IDisposable
    {
        private Action? leave = leave;

        public void Dispose() => Interlocked.Exchange(ref leave, null)?.Invoke();
    }
}
