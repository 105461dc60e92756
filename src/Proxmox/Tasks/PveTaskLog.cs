namespace MultiPanel.Proxmox.Tasks;

/// <summary>Part of a task's log.</summary>
/// <param name="Total">How many lines there are in all.</param>
/// <param name="Lines">Those asked for, oldest first.</param>
public sealed record PveTaskLog(int Total, IReadOnlyList<string> Lines)
{
    /// <summary>How far the task is by the last line that says so, 0 to 100.</summary>
    public double? Percent => TaskProgress.Percent(Lines);
}
