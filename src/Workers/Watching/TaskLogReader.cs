using MultiPanel.Contracts.Jobs;
using MultiPanel.Progress;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.WatchedTasks;

namespace MultiPanel.Workers.Watching;

/// <summary>
/// Reads percentages from the logs of tasks that write them, in turn and within a budget: a tick costs a cluster at most
/// <see cref="CallsATick"/> calls for logs and lists together (at least one for logs), however many tasks run.
/// </summary>
public sealed class TaskLogReader(JobStore jobs, JobProgress progress)
{
    private const int CallsATick = 4;

    /// <summary>The tasks of qemu-server and pve-storage that write <c>(12.34%)</c>.</summary>
    private static readonly HashSet<string> WithPercent = ["qmclone", "qmmove", "qmigrate", "imgcopy"];

    private readonly Dictionary<string, (int Lines, double Percent)> read = [];
    private int turn;

    public async Task ReadSomeAsync(PveClient pve, IReadOnlyList<WatchedTask> tasks, int nodes, CancellationToken cancellation)
    {
        var talking = tasks.Where(task => WithPercent.Contains(Upid.Parse(task.Upid).Type)).ToList();
        Forget(tasks);
        for (var i = Math.Min(talking.Count, Math.Max(1, CallsATick - nodes)); i > 0; i--)
        {
            var task = talking[turn++ % talking.Count];
            try
            {
                await ReadAsync(pve, task, cancellation);
            }
            catch (PveException)
            {
                // The list of tasks decides; without a percentage the step goes on all the same.
                return;
            }
        }
    }

    private async Task ReadAsync(PveClient pve, WatchedTask task, CancellationToken cancellation)
    {
        var (lines, before) = read.GetValueOrDefault(task.Upid);
        var log = await pve.Tasks.LogAsync(Upid.Parse(task.Upid), start: lines, ct: cancellation);
        var percent = log.Percent ?? before;
        read[task.Upid] = (lines + log.Lines.Count, percent);
        if (percent.Equals(before) || percent >= 100 || await jobs.LoadAsync(task.Job.Id, cancellation) is not { } job
            || job.FindStep(task.Step) is not { Status: StepStatus.Running } step)
        {
            return;
        }

        // The task may have ended since its log was read, and the job have gone on.
        await progress.ReportRiseAsync(task.Job, new JobChange
        {
            Percent = Math.Round(task.From + ((task.To - task.From) * percent / 100), 1),
            Message = log.Lines.Count > 0 ? log.Lines[^1] : null,
            Steps = [step with { Percent = Math.Round(percent, 1) }],
        }, cancellation);
    }

    private void Forget(IReadOnlyList<WatchedTask> tasks)
    {
        if (read.Count > tasks.Count)
        {
            var watched = tasks.Select(task => task.Upid).ToHashSet();
            foreach (var upid in read.Keys.Where(upid => !watched.Contains(upid)).ToList())
            {
                read.Remove(upid);
            }
        }
    }
}
