using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Inventory;

/// <summary>
/// What a list shows of how a VM runs. Its size there is what QEMU was started with, or of a stopped VM what is configured
/// without what waits for the next start: so it is never taken for the configured one where a config was read.
/// </summary>
internal static class ListedRun
{
    /// <summary>A list is up to two cycles of pvestatd old, and so is the uptime in it.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(60);

    /// <param name="columns">With the state that the list shows.</param>
    /// <param name="before">The status before that.</param>
    /// <param name="renamed">Its name is another: it may be another VM.</param>
    public static VmColumns Take(VmColumns columns, VmStatus before, ListedVm vm, bool renamed, DateTime now)
    {
        var row = new Vm { Name = columns.Name };
        columns.Give(row);
        if (row.Config is null)
        {
            (row.Cores, row.MemoryMb) = (vm.Cores ?? row.Cores, vm.MemoryMb ?? row.MemoryMb);
        }

        VmFacts.TakeRunning(row, vm.Cores, vm.MemoryMb);
        if (!VmFacts.IsOn(row.Status))
        {
            VmFacts.TakeStop(row);
        }
        else if (IsNew(columns, before, vm, now))
        {
            VmFacts.TakeStart(row, vm.Uptime, now);
        }
        else if (row.StartedAt is null)
        {
            row.StartedAt = now - (vm.Uptime ?? TimeSpan.Zero); // a job has started it, and asked its agent
        }

        if (row.Config is { Outdated: false } config && (renamed || !Explains(config, columns, vm)))
        {
            row.Config = config with { Outdated = true };
            (row.GuestDueAt, row.GuestTries) = (row.GuestDueAt ?? now, 0);
        }

        return VmColumns.Of(row) with { Guest = row.Guest, Config = row.Config };
    }

    /// <summary>Another QEMU runs it than the row means.</summary>
    private static bool IsNew(VmColumns known, VmStatus before, ListedVm vm, DateTime now) =>
        vm.Restarted
        || before is VmStatus.Stopped or VmStatus.Suspended
        || (known.StartedAt is null && known.Addresses.Count == 0)
        || (before == VmStatus.Unknown && vm.Uptime is { } uptime && now - uptime > known.StartedAt + Lag);

    /// <summary>What is known of the config leads to what is listed. Else it was changed in Proxmox itself.</summary>
    private static bool Explains(VmConfigView config, VmColumns known, ListedVm vm)
    {
        var waits = (config.Pending ?? []).Select(change => change.Field).ToHashSet();
        return (vm.Cores is not { } cores || cores == (config.Vcpus ?? known.Cores) || waits.Overlaps(["cores", "sockets", "vcpus"]))
            && (vm.MemoryMb is not { } memory || memory == known.MemoryMb || waits.Contains("memory"));
    }
}
