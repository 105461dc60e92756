namespace MultiPanel.Proxmox.Tasks;

/// <summary>Running, or stopped with an exit.</summary>
/// <param name="Exit">Null while the task runs.</param>
public sealed record PveTaskStatus(TaskExit? Exit)
{
    public static PveTaskStatus Running { get; } = new((TaskExit?)null);

    public bool IsRunning => Exit is null;

    public static PveTaskStatus Stopped(TaskExit exit) => new(exit);

    /// <summary>From a task list's row: running tasks have the status <c>RUNNING</c>, or neither status nor end.</summary>
    internal static PveTaskStatus OfRow(string? status, bool ended) =>
        status == "RUNNING" || (status is null && !ended) ? Running : Stopped(TaskExit.Parse(status));
}
