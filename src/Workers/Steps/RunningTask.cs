using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Workers.Steps;

/// <summary>Finds a task that is at work on a VM already, after an answer was lost.</summary>
public static class RunningTask
{
    public static async Task<Upid?> FindAsync(StepContext step, string node, int vmid, string type, CancellationToken cancellation)
    {
        var since = new DateTimeOffset(step.Job.CreatedAt.AddDays(-1));
        var tasks = await step.Pve.Tasks.ListAsync(node, since: since, vmid: vmid, type: type, ct: cancellation);
        return tasks.Where(task => task.Status.IsRunning).Select(task => (Upid?)task.Upid).FirstOrDefault();
    }
}
