using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Workers.Steps;

/// <summary>The locks that Proxmox puts on a VM's configuration (<c>lock:</c>, PVE::QemuServer's enum of locks).</summary>
public static class ProxmoxLocks
{
    /// <summary>Since the step began. A backup of a large VM takes so long; after that the job fails and can be tried again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    private static readonly HashSet<string> Passing = ["backup", "clone", "create", "migrate", "rollback", "snapshot", "snapshot-delete", "suspending"];

    /// <summary>Its operation removes it in the end; <c>suspended</c> stays until the VM is resumed or stopped.</summary>
    public static bool EndByThemselves(string? held) => held is not null && Passing.Contains(held);

    public static bool EndByThemselves(PveLockedException failure) => EndByThemselves(failure.Lock);
}
