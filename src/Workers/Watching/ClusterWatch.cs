using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging;
using MultiPanel.Hosting.Clusters;
using MultiPanel.Progress;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Clusters;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.WatchedTasks;

namespace MultiPanel.Workers.Watching;

/// <summary>One cluster's tasks, looked at once a tick.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim without a wait handle has nothing to dispose.")]
public sealed class ClusterWatch(
    int cluster, WatchList watching, TaskCompletion completion, TaskLogReader logs, JobActivity activity, StepSlots slots, ClusterOutages outages,
    ClusterClients clients, ClusterRows clusters, JobProgress progress, TimeProvider clock, ILogger<ClusterWatch> log)
{
    /// <summary>In how many ticks a task must be missing in its node's list before it is asked for by itself.</summary>
    private const int MissedLooks = 3;

    /// <summary>Covers a few slow ticks; a worker that dies is replaced soon after.</summary>
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(8);

    /// <summary>How long a tick waits for nodes that are slow to answer; they go on meanwhile.</summary>
    private static readonly TimeSpan SlowNodes = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan TouchEvery = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(10);

    private const int MostEnds = 32;

    private readonly Dictionary<string, Task> looking = [];
    private readonly Dictionary<string, int> missed = [];

    /// <summary>Tasks whose end is being recorded, by UPID.</summary>
    private readonly ConcurrentDictionary<string, byte> ending = [];

    /// <summary>So many ends at a time: each has a connection to the database while it works.</summary>
    private readonly SemaphoreSlim ends = new(MostEnds, MostEnds);

    private readonly ConcurrentDictionary<Guid, byte> reportedUnreachable = [];
    private Task reading = Task.CompletedTask;
    private DateTimeOffset renewed, touched;

    /// <returns>False: there is nothing to watch.</returns>
    public async Task<bool> TickAsync(CancellationToken cancellation)
    {
        var tasks = await watching.ReadAsync(cluster);
        if (tasks.Count == 0)
        {
            return false;
        }

        await TouchAsync(tasks);
        await RenewSlotsAsync(tasks, cancellation);
        if (await clusters.FindAsync(cluster, cancellation) is not { } row)
        {
            foreach (var task in tasks)
            {
                await completion.ClusterGoneAsync(task, cancellation);
            }

            return true;
        }

        var pve = clients.For(row);
        var nodes = tasks.GroupBy(task => Upid.Parse(task.Upid).Node).ToList();
        foreach (var idle in looking.Where(look => look.Value.IsCompleted && nodes.TrueForAll(node => node.Key != look.Key)).Select(look => look.Key).ToList())
        {
            looking.Remove(idle);
        }

        foreach (var node in nodes)
        {
            // A node that hangs must not hold up the others: its look goes on while they are looked at again.
            if (!looking.TryGetValue(node.Key, out var last) || last.IsCompleted)
            {
                looking[node.Key] = LookAsync(pve, row.Name, node.Key, [.. node], cancellation);
            }
        }

        await Task.WhenAny(Task.WhenAll(looking.Values), Task.Delay(SlowNodes, clock, cancellation));
        if (reading.IsCompleted)
        {
            // Only of nodes that answer: one that hangs would hold up the percentages of all.
            reading = ReadLogsAsync(pve, row.Name, [.. nodes.Where(node => looking[node.Key].IsCompleted).SelectMany(node => node)], nodes.Count, cancellation);
        }

        await Task.WhenAny(reading, Task.Delay(SlowNodes, clock, cancellation));
        return true;
    }

    /// <summary>A watched job makes progress. Once a while is enough; adding a task touches its job too.</summary>
    private async Task TouchAsync(IReadOnlyList<WatchedTask> tasks)
    {
        if (clock.GetUtcNow() - touched >= TouchEvery)
        {
            touched = clock.GetUtcNow();
            await activity.TouchAsync([.. tasks.Select(task => task.Job.Id).Distinct()], Watched);
        }
    }

    private async Task ReadLogsAsync(PveClient pve, string name, IReadOnlyList<WatchedTask> tasks, int nodes, CancellationToken cancellation)
    {
        try
        {
            await logs.ReadSomeAsync(pve, tasks, nodes, cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            log.LogWarning(failure, "Could not report percentages of cluster {Cluster}; retrying in the next tick", name);
        }
    }

    private async Task LookAsync(PveClient pve, string name, string node, IReadOnlyList<WatchedTask> tasks, CancellationToken cancellation)
    {
        try
        {
            var listed = await ListAsync(pve, node, tasks, cancellation);
            await ReportReturnAsync(tasks, cancellation);
            foreach (var task in tasks)
            {
                if (listed.TryGetValue(task.Upid, out var found))
                {
                    lock (missed)
                    {
                        missed.Remove(task.Upid);
                    }

                    if (found.Status.Exit is { } exit)
                    {
                        Begin(task, name, stop => completion.EndAsync(pve, name, task, exit, stop), cancellation);
                    }
                }
                else if (HasBeenMissing(task))
                {
                    Begin(task, name, stop => AskAsync(pve, name, task, stop), cancellation);
                }
            }
        }
        catch (PveException failure)
        {
            log.LogWarning("Could not list the tasks of node {Node} in cluster {Cluster}; retrying in the next tick: {Reason}", node, name, failure.Message);
            if (FailurePolicy.IsOutage(failure))
            {
                await ReportOutageAsync(name, tasks, failure, cancellation);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Most likely a store is unreachable. The tasks stay on the list.
            log.LogError(failure, "Could not look at the tasks of node {Node} in cluster {Cluster}; retrying in the next tick", node, name);
        }
    }

    /// <summary>Records a task's end beside the ticks: what follows from it may look at a VM that answers slowly, and must hold up no other.</summary>
    private void Begin(WatchedTask task, string name, Func<CancellationToken, Task> end, CancellationToken cancellation)
    {
        if (ending.TryAdd(task.Upid, 0))
        {
            _ = RunAsync();
        }

        async Task RunAsync()
        {
            try
            {
                await ends.WaitAsync(cancellation);
                try
                {
                    await end(cancellation);
                }
                finally
                {
                    ends.Release();
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // The worker stops. The task stays on the list, for another one.
            }
            catch (Exception failure)
            {
                // Most likely a store is unreachable. The task stays on the list.
                log.LogError(failure, "Could not record the end of task {Upid} in cluster {Cluster}; retrying in the next tick", task.Upid, name);
            }
            finally
            {
                ending.TryRemove(task.Upid, out _);
            }
        }
    }

    /// <summary>A job whose task runs on unseen says why nothing moves.</summary>
    private async Task ReportOutageAsync(string name, IReadOnlyList<WatchedTask> tasks, PveException failure, CancellationToken cancellation)
    {
        var since = await outages.RecordUnreachableAsync(cluster);
        foreach (var task in tasks.Where(task => reportedUnreachable.TryAdd(task.Job.Id, 0)))
        {
            await progress.ReportAsync(
                task.Job, new JobChange { Message = ClusterOutages.Message(name, since, failure.Text) }, cancellation);
        }
    }

    private async Task ReportReturnAsync(IReadOnlyList<WatchedTask> tasks, CancellationToken cancellation)
    {
        await outages.RecordReachableAsync(cluster);
        foreach (var task in tasks.Where(task => reportedUnreachable.TryRemove(task.Job.Id, out _)))
        {
            await progress.ReportAsync(task.Job, new JobChange { Message = "" }, cancellation);
        }
    }

    private static async Task<Dictionary<string, PveTask>> ListAsync(
        PveClient pve, string node, IReadOnlyList<WatchedTask> tasks, CancellationToken cancellation)
    {
        const int page = 1000;
        var oldest = tasks.Min(task => Upid.Parse(task.Upid).StartTime);
        var listed = new Dictionary<string, PveTask>();
        for (var start = 0; ; start += page)
        {
            var rows = await pve.Tasks.ListAsync(node, since: oldest, limit: page, start: start, ct: cancellation);
            foreach (var row in rows)
            {
                listed[row.Upid.ToString()] = row;
            }

            if (rows.Count < page || tasks.All(task => listed.ContainsKey(task.Upid)))
            {
                return listed;
            }
        }
    }

    private bool HasBeenMissing(WatchedTask task)
    {
        lock (missed)
        {
            missed[task.Upid] = missed.GetValueOrDefault(task.Upid) + 1;
            return missed[task.Upid] >= MissedLooks;
        }
    }

    private async Task AskAsync(PveClient pve, string name, WatchedTask task, CancellationToken cancellation)
    {
        switch (await pve.ObserveTaskAsync(Upid.Parse(task.Upid), cancellation))
        {
            case Sighting<PveTaskStatus>.Exists { Value.Exit: { } exit }:
                await completion.EndAsync(pve, name, task, exit, cancellation);
                break;
            case Sighting<PveTaskStatus>.Gone:
                await completion.EndAsync(pve, name, task, new TaskExit.Unknown("Proxmox no longer knows the task"), cancellation);
                break;
        }
    }

    private async Task RenewSlotsAsync(IReadOnlyList<WatchedTask> tasks, CancellationToken cancellation)
    {
        if (clock.GetUtcNow() - renewed < RenewEvery)
        {
            return;
        }

        renewed = clock.GetUtcNow();
        foreach (var holders in tasks.Where(task => task.HasSlot).Chunk(500))
        {
            await slots.RenewAsync(
                cluster.ToString(CultureInfo.InvariantCulture), [.. holders.Select(task => StepSlots.Holder(task.Job.Id, task.Step))], cancellation);
        }
    }
}
