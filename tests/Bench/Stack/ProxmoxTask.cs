namespace MultiPanel.Bench.Stack;

/// <summary>A task as the simulator knows it.</summary>
/// <param name="Type">Proxmox's: <c>qmstart</c>, <c>qmclone</c>.</param>
/// <param name="Id">The VMID; a clone's source.</param>
/// <param name="EndedAt">Null while it runs.</param>
internal sealed record ProxmoxTask(string Node, string Type, string Id, DateTimeOffset StartedAt, DateTimeOffset? EndedAt)
{
    /// <summary>Of one that is over.</summary>
    public DateTimeOffset End => EndedAt ?? throw new InvalidOperationException($"A {Type} of {Id} still runs.");
}
