using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;
using StackExchange.Redis;

namespace MultiPanel.Hosting.Jobs;

/// <summary>
/// Sends the commands of jobs just committed and notes in batches that it did. It is the fast path only: the job's row is
/// the outbox, and what this process does not send (too many of one company at once, broker away, process killed) the workers send.
/// </summary>
public sealed class CommandOutbox(
    PanelDatabase database, MessageSender dispatcher, JobProgress progress, SendAllowance allowance, IConnectionMultiplexer redis, TimeProvider clock, ILogger<CommandOutbox> log)
    : BackgroundService
{
    private const int Batch = 200;

    /// <summary>What somebody waits for at a screen does not stand behind a thousand others.</summary>
    private readonly Channel<Job> interactive = Lane(), others = Lane();

    /// <summary>Call it after the commit; it never waits and never fails.</summary>
    public void Enqueue(Job job) => (job.Priority == JobPriority.Interactive ? interactive : others).Writer.TryWrite(job);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(SendAllAsync(interactive.Reader, stoppingToken), SendAllAsync(others.Reader, stoppingToken));

    private static Channel<Job> Lane() => Channel.CreateBounded<Job>(new BoundedChannelOptions(10_000)
    {
        // A job that does not fit stays undispatched in its row, where the workers find it.
        FullMode = BoundedChannelFullMode.DropWrite,
    });

    private async Task SendAllAsync(ChannelReader<Job> lane, CancellationToken stoppingToken)
    {
        while (await lane.WaitToReadAsync(stoppingToken))
        {
            var batch = new List<Job>();
            while (batch.Count < Batch && lane.TryRead(out var job))
            {
                batch.Add(job);
            }

            var sent = await Task.WhenAll(batch.Select(job => TrySendAsync(job, stoppingToken)));
            await NoteAsync([.. sent.OfType<Guid>()], stoppingToken);
        }
    }

    /// <returns>The job's id; null: its command was not sent.</returns>
    private async Task<object?> TrySendAsync(Job job, CancellationToken cancellation)
    {
        await TryPublishAsync(job);
        if (!allowance.TryTake(job))
        {
            return null;
        }

        try
        {
            await dispatcher.SendAsync(job, cancellation);
            return job.Id;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            log.LogWarning(failure, "Job {Job} is accepted but could not be sent yet; the workers will send it", job.Id);
            return null;
        }
    }

    private async Task TryPublishAsync(Job job)
    {
        if (!redis.IsConnected)
        {
            // It would queue and time out; the job's first progress brings it there.
            return;
        }

        try
        {
            await progress.PublishAsync(job.ToView());
        }
        catch (Exception away) when (away is RedisException or RedisTimeoutException or RedisCommandException or ObjectDisposedException)
        {
            log.LogWarning(away, "Redis is away; the progress of job {Job} starts later", job.Id);
        }
    }

    private async Task NoteAsync(IReadOnlyCollection<Guid> sent, CancellationToken cancellation)
    {
        if (sent.Count == 0)
        {
            return;
        }

        try
        {
            await using var db = database.OpenAll();
            var now = clock.GetUtcNow().UtcDateTime;
            await db.Jobs.Where(job => sent.Contains(job.Id))
                .ExecuteUpdateAsync(job => job.SetProperty(j => j.DispatchedAt, now), cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            log.LogWarning(failure, "Could not note that {Count} jobs were sent; they may be sent twice, which is harmless", sent.Count);
        }
    }
}
