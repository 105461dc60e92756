using MultiPanel.Simulator.State;
using MultiPanel.Simulator.Tasks;

namespace MultiPanel.Simulator;

/// <summary>A task as it is.</summary>
/// <param name="Upid">Its UPID.</param>
/// <param name="Node">The node that runs it.</param>
/// <param name="Type">Proxmox's worker type: <c>qmclone</c>, <c>qmstart</c>, …</param>
/// <param name="Id">What it is about, mostly a VMID; a clone's source.</param>
/// <param name="User">Who started it.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="EndedAt">When it ended; null while it runs.</param>
/// <param name="ExitStatus"><c>OK</c> or an error; null while it runs.</param>
/// <param name="Log">Its log so far.</param>
public sealed record SimulatedTask(
    string Upid,
    string Node,
    string Type,
    string Id,
    string User,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    string? ExitStatus,
    IReadOnlyList<string> Log)
{
    internal static SimulatedTask Of(TaskState task, DateTimeOffset now) =>
        new(task.Upid, task.Node, task.Type, task.Id, task.User, task.StartedAt, task.EndedAt, task.ExitStatus, TaskLog.Lines(task, now));
}
