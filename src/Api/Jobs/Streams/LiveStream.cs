using Microsoft.AspNetCore.Authentication;
using MultiPanel.Api.Auth;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>
/// A stream of changes: what the client has missed first, then live. It watches before it reads, so nothing falls between;
/// and it reads again when it was too slow for the shared frames.
/// </summary>
internal abstract class LiveStream(StreamSource source, JobBroadcast broadcast, Caller caller)
{
    /// <summary>Proxies close a connection on which nothing is sent for longer.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    protected StreamSource Source => source;

    protected JobBroadcast Broadcast => broadcast;

    protected Caller Caller => caller;

    protected Watcher Watcher { get; } = new();

    protected EventStream Out { get; private set; } = null!;

    protected CancellationToken Ending { get; private set; }

    protected bool IsOver { get; set; }

    public async Task RunAsync(HttpContext context)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, source.Stopping);
        Ending = ending.Token;
        Out = new EventStream(context, ending.Token);
        using var watching = Watch();
        using var wake = Ending.Register(Watcher.Wake);
        try
        {
            await CatchUpAsync(Out.LastEventId);
            if (IsOver && !Out.HasStarted)
            {
                Out.EndForGood();
                return;
            }

            await Out.StartAsync();
            await Out.FlushAsync();
            await FollowAsync(SignedInUntil(context));
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The client has left, or the server stops; the client resumes elsewhere.
        }
    }

    /// <summary>Begins to collect frames.</summary>
    protected abstract IDisposable Watch();

    /// <summary>Sends what has changed since the event that the client has seen last; 0: everything.</summary>
    protected abstract Task CatchUpAsync(long last);

    /// <summary>Sends one change, unless the client has it.</summary>
    protected abstract ValueTask TakeAsync(JobFrame frame);

    /// <summary>Sends what has changed since the last frame that was sent.</summary>
    protected abstract Task RereadAsync();

    private async Task FollowAsync(DateTimeOffset until)
    {
        var frames = new List<JobFrame>();
        await using var timer = source.Clock.CreateTimer(_ => Watcher.Tick(), null, KeepAlive, Timeout.InfiniteTimeSpan);
        while (!IsOver)
        {
            await Watcher.WaitAsync(Ending);
            Ending.ThrowIfCancellationRequested();
            var (missed, due) = Watcher.Take(frames);
            if (missed)
            {
                await RereadAsync();
            }

            foreach (var frame in frames.TakeWhile(_ => !IsOver))
            {
                await TakeAsync(frame);
            }

            frames.Clear();
            if (due && !IsOver)
            {
                if (source.Clock.GetUtcNow() >= until || !await source.IsStillAuthorizedAsync(caller, Ending))
                {
                    return;
                }

                await broadcast.CheckAsync();
                Out.WriteKeepAlive();
            }

            await Out.FlushAsync();
            if (due)
            {
                timer.Change(KeepAlive, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private static DateTimeOffset SignedInUntil(HttpContext context) =>
        context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc ?? DateTimeOffset.MaxValue;
}
