using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;
using MultiPanel.Progress.Loops;
using StackExchange.Redis;

namespace MultiPanel.Hosting.Jobs;

/// <summary>
/// Sends the commands of jobs just committed. It is the fast path only: the job's row is the outbox, and what this process does not
/// send (too many of one company at once, broker unreachable, process killed) the workers send.
/// </summary>
public sealed class CommandOutbox(
    MessageSender sender, JobProgress progress, JobActivity activity, SendAllowance allowance, IConnectionMultiplexer redis, TimeProvider clock, ILogger<CommandOutbox> log)
    : RepeatingService(log, clock)
{
    private const int Batch = 200;

    /// <summary>Until a command sent from here should have begun; then the workers send it.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(6);

    /// <summary>What a person waits for at a screen does not stand behind a thousand others.</summary>
    private readonly Channel<Job> interactive = Lane(), others = Lane();

    /// <summary>
    /// Decides whether this process sends the job's command, and writes that into its row before it is saved: a later note would cost a
    /// write of its own. Should the process die before it has sent the command, the reconciler finds that nothing happens.
    /// </summary>
    public void Plan(Job job) => job.DispatchedAt = allowance.TryTake(job) ? Clock.GetUtcNow().UtcDateTime : null;

    /// <summary>Call it after the commit; it never waits and never fails.</summary>
    public void Enqueue(Job job) => (job.Priority == JobPriority.Interactive ? interactive : others).Writer.TryWrite(job);

    protected override Task RunAsync(RoundLoop loop, CancellationToken stopping) => Task.WhenAll(
        loop.RunAsync(token => SendBatchAsync(interactive.Reader, token), stopping),
        loop.RunAsync(token => SendBatchAsync(others.Reader, token), stopping));

    private static Channel<Job> Lane() => Channel.CreateBounded<Job>(new BoundedChannelOptions(10_000)
    {
        // The row of a job that does not fit says all that the workers need.
        FullMode = BoundedChannelFullMode.DropWrite,
    });

    private async Task SendBatchAsync(ChannelReader<Job> lane, CancellationToken stopping)
    {
        await lane.WaitToReadAsync(stopping);
        var batch = new List<Job>();
        while (batch.Count < Batch && lane.TryRead(out var job))
        {
            batch.Add(job);
        }

        await Task.WhenAll(batch.Select(job => TrySendAsync(job, stopping)));
    }

    private async Task TrySendAsync(Job job, CancellationToken cancellation)
    {
        await TryPublishAsync(job, cancellation);
        if (job.DispatchedAt is null)
        {
            return;
        }

        try
        {
            await sender.SendAsync(job, cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            Log.LogWarning(failure, "Could not send job {Job} yet; the workers will send it", job.Id);
        }
    }

    private async Task TryPublishAsync(Job job, CancellationToken cancellation)
    {
        if (!redis.IsConnected)
        {
            // The call would queue and time out; the job's first progress brings it there.
            return;
        }

        try
        {
            await ScriptCall.RunTogetherAsync(redis.GetDatabase(), progress.NewPublication(job.ToView()), await activity.TouchingAsync(job.Id, OnItsWay));
        }
        catch (Exception unreachable) when (RedisFailures.IsUnreachable(unreachable, cancellation))
        {
            Log.LogWarning("Could not publish job {Job} because Redis is unreachable; its progress starts later: {Reason}", job.Id, unreachable.Message);
        }
    }
}
