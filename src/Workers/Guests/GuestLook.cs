using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Installations;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Clusters;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;

namespace MultiPanel.Workers.Guests;

/// <summary>One look at one VM that is due: at its config, and through its agent where it has one and runs.</summary>
public sealed class GuestLook(
    PanelDatabase database, ClusterRows clusters, ClusterClients clients, AgentQuestions agents, InstallationKey installation, TimeProvider clock)
{
    /// <summary>A guest that has not answered after the last of them, about 24 minutes in all, is asked after its next start.</summary>
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(90), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(12),
    ];

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <exception cref="PveException">It could not be seen; it is due again after a pause.</exception>
    public async Task TakeAsync(Vm vm, CancellationToken cancellation)
    {
        if (await clusters.FindAsync(vm.ClusterId, cancellation) is not { } cluster)
        {
            return;
        }

        var before = (vm.Status, vm.ObservedAt, vm.StartedAt, vm.GuestDueAt);
        Postpone(vm);
        try
        {
            await LookAsync(vm, clients.For(cluster), cancellation);
        }
        finally
        {
            await WriteAsync(vm, before, cancellation);
        }
    }

    private async Task LookAsync(Vm row, PveClient pve, CancellationToken cancellation)
    {
        // One that is paused cannot answer; it is due again when it goes on.
        var asks = row is { Status: VmStatus.Running, Config: null or { Agent: true } };
        if ((asks || row.Config is null or { Outdated: true }) && !await TakeConfigAsync(row, pve, cancellation))
        {
            return; // another VM, or one that is not ready
        }

        if (row.Status == VmStatus.Unknown)
        {
            return; // it may run
        }

        if (asks && row.Config is { Agent: true } config)
        {
            if ((await agents.AskAsync(pve, row.ClusterId, row.Node!, row.Vmid!.Value, config.Nics, waits: true, cancellation)).Network is not { } network)
            {
                return;
            }

            (row.Guest, row.Addresses) = (network, GuestNetworks.Addresses(network));
            if (row.Addresses.Count == 0)
            {
                return; // DHCP takes its time
            }
        }

        (row.GuestDueAt, row.GuestTries) = (null, 0);
    }

    /// <summary>Before its guest is asked, too: its addresses are no other company's business, should its VMID be another VM's by now.</summary>
    /// <returns>False: it is not the VM that the row means, or is not ready.</returns>
    private async Task<bool> TakeConfigAsync(Vm row, PveClient pve, CancellationToken cancellation)
    {
        var seen = await pve.Qemu.PendingAsync(row.Node!, row.Vmid!.Value, cancellation);
        var sight = new VmSight(row.Node!, QemuStatus.Unasked(row.Vmid.Value), seen.Config);
        var panel = await installation.ReadAsync(cancellation);
        if (!VmIdentity.IsSame(row, sight) && await IsNobodysAsync(row, cancellation))
        {
            row.Uuid = null; // such a row is that of whatever has its VMID
        }
        else if (VmIdentity.WhyNot(row, sight, panel) is not null)
        {
            return false;
        }

        if (seen.Config.Lock is "clone" or "create" || Marker.IsAnothers(seen.Config, panel))
        {
            return false;
        }

        VmFacts.Take(row, seen.Config, VmFacts.Pending(seen), Now);
        return true;
    }

    private async Task<bool> IsNobodysAsync(Vm row, CancellationToken cancellation)
    {
        if (row is not { CreatedByJob: null, CompanyId: null })
        {
            return false;
        }

        await using var db = database.OpenAll();
        return !await db.Templates.AnyAsync(template => template.SourceId == row.Id, cancellation);
    }

    /// <summary>When it is due again, should nothing come of this look.</summary>
    private void Postpone(Vm row)
    {
        var unknown = row.Config is null or { Outdated: true }; // looked at until it is known
        row.GuestDueAt = row.GuestTries < Pauses.Length ? Now + Pauses[row.GuestTries] : unknown ? Now + Pauses[^1] : null;
        row.GuestTries++;
    }

    /// <summary>Only if no job and no round of the inventory has written the row meanwhile: what they saw may be newer.</summary>
    private async Task WriteAsync(
        Vm row, (VmStatus Status, DateTime? ObservedAt, DateTime? StartedAt, DateTime? GuestDueAt) before, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        await db.Vms
            .Where(vm => vm.Id == row.Id && vm.Vmid == row.Vmid && vm.CompanyId == row.CompanyId && vm.Status == before.Status && vm.ObservedAt == before.ObservedAt
                && vm.StartedAt == before.StartedAt && vm.GuestDueAt == before.GuestDueAt)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(vm => vm.Uuid, row.Uuid)
                    .SetProperty(vm => vm.Name, row.Name)
                    .SetProperty(vm => vm.Template, row.Template)
                    .SetProperty(vm => vm.Cores, row.Cores)
                    .SetProperty(vm => vm.Sockets, row.Sockets)
                    .SetProperty(vm => vm.MemoryMb, row.MemoryMb)
                    .SetProperty(vm => vm.Disks, row.Disks)
                    .SetProperty(vm => vm.DiskGb, row.DiskGb)
                    .SetProperty(vm => vm.Tags, row.Tags)
                    .SetProperty(vm => vm.Config, row.Config)
                    .SetProperty(vm => vm.Addresses, row.Addresses)
                    .SetProperty(vm => vm.Guest, row.Guest)
                    .SetProperty(vm => vm.GuestDueAt, row.GuestDueAt)
                    .SetProperty(vm => vm.GuestTries, row.GuestTries),
                cancellation);
    }
}
