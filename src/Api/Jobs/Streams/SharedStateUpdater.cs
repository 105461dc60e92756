using System.Threading.Channels;
using MultiPanel.Data;
using MultiPanel.Progress;
using MultiPanel.Progress.Loops;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>
/// Folds the feed of changes into the shared state once a process, and offers each change as one shared frame to the streams
/// that may see it. While no stream is open it does nothing and keeps nothing.
/// </summary>
internal sealed class SharedStateUpdater : RepeatingService
{
    /// <summary>How far apart the API's processes read again after Redis came back; also the pause before another try.</summary>
    public static readonly TimeSpan Spread = TimeSpan.FromSeconds(1);

    private readonly StreamSource source;
    private readonly SharedState state;
    private readonly SharedStateReader reader;
    private readonly SharedReads reads;
    private readonly FeedListener listener;
    private readonly Channel<bool> missed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public SharedStateUpdater(
        ProgressFeed feed, StreamSource source, SharedState state, SharedStateReader reader, SharedReads reads, TimeProvider clock, ILogger<SharedStateUpdater> log)
        : base(log, clock, Spread)
    {
        (this.source, this.state, this.reader, this.reads) = (source, state, reader, reads);
        // Here, not in RunAsync, which may begin after the first stream.
        listener = feed.Listen(_ => state.IsWatched);
    }

    public override void Dispose()
    {
        listener.Dispose();
        base.Dispose();
    }

    /// <summary>Both end with the reads that they wait for, which is before the host stops its services.</summary>
    protected override Task RunAsync(RoundLoop loop, CancellationToken stopping) =>
        Task.WhenAll(loop.RunAsync(NextAsync, source.Stopping), loop.RunAsync(RereadAsync, source.Stopping));

    /// <summary>If a change was missed or could not be folded in, the open jobs are read again, and the next change is taken without a pause.</summary>
    private async Task NextAsync(CancellationToken stopping)
    {
        try
        {
            if (await listener.NextAsync(stopping) is { } change)
            {
                await TakeAsync(change);
            }
            else
            {
                Miss();
            }
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            if (!DatabaseFailures.IsUnreachable(failure))
            {
                Log.LogError(failure, "Could not take in a change of a job; reading the open jobs again");
            }

            Miss();
        }
    }

    private async Task TakeAsync(JobEvent change)
    {
        long since;
        lock (state.Gate)
        {
            var isWanted = state.Watchers.Wants(change.JobId);
            if (!isWanted)
            {
                state.Jobs.Forget(change.JobId);
            }

            since = state.Jobs.Version;
            var unknown = false;
            if (isWanted && state.Jobs.Apply(change, out unknown) is { } frame)
            {
                state.Watchers.Offer(frame);
            }

            if (!unknown)
            {
                reads.Saw(change.Feed);
                return;
            }
        }

        await reader.ReadAsync([change.JobId], since, change.Number);
        reads.Saw(change.Feed);
    }

    private void Miss()
    {
        lock (state.Gate)
        {
            if (!state.Watchers.HasAny)
            {
                return;
            }

            reads.Doubt();
        }

        missed.Writer.TryWrite(true);
    }

    private async Task RereadAsync(CancellationToken stopping)
    {
        while (!reads.IsDue())
        {
            await missed.Reader.ReadAsync(stopping);
        }

        await Task.Delay(Spread * Random.Shared.NextDouble(), Clock, stopping);
        await reads.AgainAsync();
    }
}
