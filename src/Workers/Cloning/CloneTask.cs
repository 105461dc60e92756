using MultiPanel.Contracts.Cloning;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Cloning;

/// <summary>
/// Finds the running task of ours that makes a VM. Its UPID names the source and who started it; only its log's first line
/// says what it makes.
/// </summary>
public static class CloneTask
{
    /// <summary>The job has begun a clone, or may have begun one without an answer. If not, what is on its VMID is foreign. What earlier attempts did is not known.</summary>
    public static bool MayHaveBegun(Job job) => job.Attempt > 1 || job.HoldsSlot(CloneVmSteps.Clone)
        || job.Steps.Find(step => step.Name == CloneVmSteps.Clone) is not ({ Refused: true } or { Upid: null, Tasks: 0, TroubleSince: null, Losses: 0 });

    /// <returns>Null: none runs.</returns>
    public static async Task<Upid?> FindAsync(StepContext step, Vm vm, CancellationToken cancellation)
    {
        var source = await step.FindVmAsync(step.Command<CloneVm>().SourceId, cancellation);
        foreach (var node in (await step.Pve.Nodes.ListAsync(cancellation)).Where(node => node.Online))
        {
            var tasks = await step.Pve.Tasks.ListAsync(
                node.Node, since: new DateTimeOffset(step.Job.CreatedAt.AddDays(-1)), vmid: source?.Vmid, type: "qmclone", ct: cancellation);
            foreach (var task in tasks.Where(task => task.Status.IsRunning && task.Upid.User == step.Cluster.Identity))
            {
                var log = await step.Pve.Tasks.LogAsync(task.Upid, start: 0, limit: 1, ct: cancellation);
                if (log.Lines.Count > 0 && log.Lines[0].EndsWith($" with ID {vm.Vmid}", StringComparison.Ordinal))
                {
                    return task.Upid;
                }
            }
        }

        return null;
    }
}
