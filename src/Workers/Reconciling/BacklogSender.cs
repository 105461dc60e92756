using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Progress;
using MultiPanel.Workers.Liveness;
using StackExchange.Redis;

namespace MultiPanel.Workers.Reconciling;

/// <summary>
/// Sends the commands that the API has accepted and left in the backlog: those beyond a company's <see cref="SendAllowance"/>. Of each
/// company and cluster a few at a time are on their way to begin, so that a thousand of one company do not stand before another's next one, and
/// those for a cluster that hangs not before those for another.
/// </summary>
public sealed class BacklogSender(
    PanelDatabase database, MessageSender sender, JobActivity activity, WorkerIdentity worker, IConnectionMultiplexer redis, TimeProvider clock, ILogger<BacklogSender> log)
    : LeasedService("backlog", TimeSpan.FromMilliseconds(250), redis, worker, clock, log)
{
    /// <summary>Until a command sent from here should have begun.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(10);

    /// <summary>Jobs whose command this version cannot read; a worker of their version takes them.</summary>
    private readonly HashSet<Guid> unreadable = [];

    public override async Task RunOnceAsync(CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var queued = db.Jobs.AsNoTracking().Where(job => job.Status == JobStatus.Queued);
        var waiting = queued.Where(job => job.DispatchedAt == null && !unreadable.Contains(job.Id));
        var lines = await queued
            .GroupBy(job => new { job.CompanyId, job.ClusterId, Interactive = job.Priority == JobPriority.Interactive })
            .Select(line => new { line.Key.CompanyId, line.Key.ClusterId, line.Key.Interactive, Sent = line.Count(job => job.DispatchedAt != null), All = line.Count() })
            .Where(line => line.All > line.Sent)
            .ToListAsync(cancellation);
        foreach (var line in lines.Where(line => line.Sent < SendAllowance.Burst))
        {
            var next = await waiting
                .Where(job => job.CompanyId == line.CompanyId && job.ClusterId == line.ClusterId)
                .Where(job => (job.Priority == JobPriority.Interactive) == line.Interactive)
                .OrderBy(job => job.Priority == JobPriority.Background ? 1 : 0).ThenBy(job => job.QueuedAt).ThenBy(job => job.Id)
                .Take(SendAllowance.Burst - line.Sent)
                .ToListAsync(cancellation);
            var sent = (await Task.WhenAll(next.Select(job => TrySendAsync(job, cancellation)))).OfType<Guid>().ToList();
            await activity.TouchAsync(sent, OnItsWay);
            var now = Clock.GetUtcNow().UtcDateTime;
            await db.Jobs.Where(job => sent.Contains(job.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(job => job.DispatchedAt, now), cancellation);
        }
    }

    /// <returns>The job's id; null: it stays where it is, and holds up no other.</returns>
    private async Task<Guid?> TrySendAsync(Job job, CancellationToken cancellation)
    {
        object command;
        try
        {
            command = MessageSender.Command(job);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            Log.LogError(failure, "Could not read the command of job {Job}: it is of another version; the other jobs go on", job.Id);
            unreadable.Add(job.Id);
            return null;
        }

        await sender.SendAsync(job.Workflow, command, cancellation);
        return job.Id;
    }
}
