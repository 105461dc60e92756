using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Hosting.Clusters;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Api.Jobs;

/// <summary>Reads the logs of a job's tasks from Proxmox; where it does not answer, what the job kept of the failed one.</summary>
internal sealed class JobLogReader(PanelDatabase database, ClusterClients clients)
{
    /// <summary>A person looks at the page and waits.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    public async Task<JobLog> ReadAsync(JobView job, int lines, CancellationToken cancellation)
    {
        var steps = job.Steps.Where(step => step.Upid is not null).ToList();
        if (steps.Count == 0)
        {
            return new JobLog(job.Id, []);
        }

        await using var db = database.OpenAll();
        var cluster = await db.Clusters.AsNoTracking().SingleOrDefaultAsync(c => c.Id == job.ClusterId, cancellation);
        return new JobLog(job.Id, await Task.WhenAll(steps.Select(step => ReadAsync(job, step, cluster, lines, cancellation))));
    }

    private async Task<StepLog> ReadAsync(JobView job, JobStep step, Cluster? cluster, int lines, CancellationToken cancellation)
    {
        if (cluster is null)
        {
            return Kept(job, step, "The cluster is no longer registered.");
        }

        if (!Upid.TryParse(step.Upid!, out var upid))
        {
            return Kept(job, step, "The task's UPID cannot be read.");
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(CallTimeout);
        try
        {
            var log = await clients.For(cluster).Tasks.LogTailAsync(upid, lines, timeout.Token);
            return new StepLog { Step = step.Name, Node = step.Node ?? upid.Node, Upid = step.Upid!, Lines = log.Lines, Total = log.Total };
        }
        catch (PveException failure)
        {
            return Kept(job, step, $"Proxmox does not show the log: {failure.Text}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Kept(job, step, $"Proxmox did not answer within {CallTimeout.TotalSeconds} s.");
        }
    }

    private static StepLog Kept(JobView job, JobStep step, string problem) => new()
    {
        Step = step.Name,
        Node = step.Node,
        Upid = step.Upid!,
        Lines = job.Error?.Step == step.Name ? job.Error.TaskLog ?? [] : [],
        Problem = problem,
    };
}
