using Microsoft.AspNetCore.Authentication;
using MultiPanel.Api.Auth;
using MultiPanel.Progress;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>
/// A stream of changes: what the client has missed first, then live. It listens before it reads, so nothing falls between;
/// and it reads again whenever something may have been missed.
/// </summary>
internal abstract class LiveStream(StreamSource source, Caller caller)
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    protected StreamSource Source => source;

    protected Caller Caller => caller;

    protected EventStream Out { get; private set; } = null!;

    protected CancellationToken Ending { get; private set; }

    protected bool IsOver { get; set; }

    public async Task RunAsync(HttpContext context)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, source.Stopping);
        Ending = ending.Token;
        Out = new EventStream(context, ending.Token);
        using var listener = source.Feed.Listen(Wants);
        try
        {
            await CatchUpAsync(Out.LastEventId);
            if (IsOver && !Out.HasStarted)
            {
                Out.EndForGood();
                return;
            }

            await Out.StartAsync();
            await FollowAsync(listener, SignedInUntil(context));
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The client has left, or the server stops; the client resumes elsewhere.
        }
    }

    protected abstract bool Wants(JobEvent change);

    /// <summary>Sends what has changed since the event that was seen last; 0: everything.</summary>
    protected abstract Task CatchUpAsync(long seen);

    /// <summary>Sends one change.</summary>
    protected abstract Task TakeAsync(JobEvent change);

    /// <summary>Changes may have been missed.</summary>
    protected abstract Task RereadAsync();

    /// <summary>Nothing may have been said for a while; a chance to look whether that is right.</summary>
    protected abstract Task PauseAsync();

    private async Task FollowAsync(ProgressFeed.Listener listener, DateTimeOffset until)
    {
        var pause = source.Clock.GetUtcNow() + KeepAlive;
        while (!IsOver)
        {
            var left = pause - source.Clock.GetUtcNow();
            if (left > TimeSpan.Zero && await NextAsync(listener, left))
            {
                continue;
            }

            if (source.Clock.GetUtcNow() >= until || !await source.IsStillAuthorizedAsync(caller, Ending))
            {
                return;
            }

            await Out.KeepAliveAsync();
            await PauseAsync();
            pause = source.Clock.GetUtcNow() + KeepAlive;
        }
    }

    /// <returns>False: there was none in that time.</returns>
    private async Task<bool> NextAsync(ProgressFeed.Listener listener, TimeSpan wait)
    {
        using var patience = new CancellationTokenSource(wait, source.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, Ending);
        JobEvent? change;
        try
        {
            change = await listener.NextAsync(either.Token);
        }
        catch (OperationCanceledException) when (!Ending.IsCancellationRequested)
        {
            return false;
        }

        await (change is null ? RereadAsync() : TakeAsync(change));
        return true;
    }

    private static DateTimeOffset SignedInUntil(HttpContext context) =>
        context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc ?? DateTimeOffset.MaxValue;
}
