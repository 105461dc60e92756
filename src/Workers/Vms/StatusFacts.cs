using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Workers.Vms;

/// <summary>A status into a VM's row.</summary>
public static class StatusFacts
{
    private static readonly VmAction[] MayChangeAddresses = [VmAction.Resume, VmAction.Reset, VmAction.Rollback];

    /// <param name="done">What was just done to the VM.</param>
    public static void Take(Vm row, string node, QemuStatus status, VmAction done, DateTime now)
    {
        VmFacts.TakeStatus(row, node, status, now);
        if (done == VmAction.Reboot && VmFacts.IsOn(row.Status))
        {
            VmFacts.TakeStart(row, status.Uptime, now); // a new QEMU, however short a time ago the one before was started
        }
        else if (row.Status == VmStatus.Running && row.GuestDueAt is null && MayChangeAddresses.Contains(done))
        {
            VmFacts.AskGuest(row, now);
        }
    }
}
