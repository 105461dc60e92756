using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Installations;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Clusters;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Api.Vms;

/// <summary>
/// Looks at one VM while a request waits, and keeps what it saw in the VM's row. Those who ask for the same VM
/// within a moment share a look, and an agent is asked only where no other of its node is being asked.
/// </summary>
internal sealed class FreshLook(
    PanelDatabase database, ClusterClients clients, AgentQuestions agents, InstallationKey installation, TimeProvider clock, ILogger<FreshLook> log)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<int, (DateTimeOffset At, Lazy<Task> Look)> looks = new();

    /// <exception cref="ProblemException">409: it is not there, or is another VM by now.</exception>
    /// <exception cref="PveException">It cannot be seen.</exception>
    public async Task TakeAsync(Vm vm, CancellationToken cancellation)
    {
        VmChecks.CheckThere(vm);
        var now = clock.GetUtcNow();
        foreach (var old in looks.Where(entry => now - entry.Value.At >= Moment))
        {
            looks.TryRemove(old);
        }

        // The look outlives a caller who leaves: others may wait for it.
        var (_, look) = looks.GetOrAdd(vm.Id, _ => (now, new Lazy<Task>(() => LookAsync(vm, CancellationToken.None))));
        await look.Value.WaitAsync(cancellation);
    }

    private async Task LookAsync(Vm row, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var cluster = await db.Clusters.AsNoTracking().SingleAsync(c => c.Id == row.ClusterId, cancellation);
        var pve = clients.For(cluster);
        var seen = SameVm.Require(
            await pve.ObserveVmAsync(row.Vmid!.Value, row.Node, cancellation), row, cluster.Name, await installation.ReadAsync(cancellation));
        var pending = seen.Status.IsRunning ? VmFacts.Pending(await pve.Qemu.PendingAsync(seen.Node, row.Vmid.Value, cancellation)) : null;
        var now = clock.GetUtcNow().UtcDateTime;
        db.Attach(row);
        VmFacts.TakeStatus(row, seen.Node, seen.Status, now);
        VmFacts.Take(row, seen.Config, pending, now);
        if (row is { Status: VmStatus.Running, Config: { Agent: true } config } && await AskAsync(pve, row, config) is { } network)
        {
            (row.Guest, row.Addresses) = (network, GuestNetworks.Addresses(network));
            (row.GuestDueAt, row.GuestTries) = row.Addresses.Count > 0 ? (null, 0) : (row.GuestDueAt, row.GuestTries);
        }

        // What a job has written meanwhile is newer than this.
        await db.UpdateAsync(row, cancellation, nameof(Vm.Vmid), nameof(Vm.Status), nameof(Vm.ObservedAt));
    }

    /// <summary>An agent that cannot be asked leaves the VM as it was seen without it.</summary>
    private async Task<GuestNetwork?> AskAsync(PveClient pve, Vm row, VmConfigView config)
    {
        try
        {
            return (await agents.AskAsync(pve, row.ClusterId, row.Node!, row.Vmid!.Value, config.Nics, waits: false, CancellationToken.None)).Network;
        }
        catch (PveException refused)
        {
            log.LogInformation("Could not ask the guest agent of VM {Vm} (VMID {Vmid}): {Reason}", row.Name, row.Vmid, refused.Message);
            return null;
        }
    }
}
