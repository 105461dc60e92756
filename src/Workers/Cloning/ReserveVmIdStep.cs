using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Cloning;

/// <summary>Takes a VMID that neither the panel nor Proxmox uses, and settles on which node the VM will be.</summary>
public sealed class ReserveVmIdStep : Step
{
    public override string Name => CloneVmSteps.Reserve;

    public override async Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation) =>
        step.Vm is { Vmid: { } vmid, Node: { } node } ? new StepOutcome.Done($"VMID {vmid} on {node}") : null;

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation)
    {
        var command = step.Command<CloneVm>();
        var vm = step.Vm;
        var source = await step.FindVmAsync(command.SourceId, cancellation)
            ?? throw new StepException(JobErrorCodes.VmNotFound, "The template or VM to clone is no longer in the panel.");
        var sight = await step.RecentlyAsync(source)
            ?? throw new StepException(JobErrorCodes.VmNotFound, $"{source.Name} (VMID {source.Vmid}) is no longer in cluster {step.Cluster.Name}.");
        if (command.Snapshot is { } snapshot)
        {
            var then = await step.Pve.Qemu.SnapshotConfigAsync(sight.Node, sight.Status.VmId, snapshot, cancellation);
            sight = sight with { Config = then };
            await GrowthGuard.ReserveAsync(
                step, (command.Cores ?? then.Cores) * (command.Sockets ?? then.Sockets), command.MemoryMb ?? then.MemoryMb, cancellation);
        }

        SourceCheck.Require(command, sight, $"{source.Name} (VMID {source.Vmid})");
        var node = await Placement.ChooseAsync(step, PlacementNeeds.Of(command, command.Networks, sight), command.Node);
        var vmid = command.Vmid is { } asked ? await TakeAskedAsync(step, vm, asked, node, cancellation) : await TakeNextAsync(step, vm, node, cancellation);
        var inherited = SourceCheck.Inherited(sight.Config);
        return new StepOutcome.Done(
            inherited.Count == 0 ? $"VMID {vmid} on {node}" : $"VMID {vmid} on {node}. It takes over from {source.Name}: {string.Join("; ", inherited)}")
        {
            Warnings = inherited.Count,
        };
    }

    private static async Task<int> TakeAskedAsync(StepContext step, Vm vm, int vmid, string node, CancellationToken cancellation) =>
        await IsFreeAsync(step.Pve, vmid, cancellation) && await TakeAsync(step, vm, vmid, node, cancellation)
            ? vmid
            : throw new StepException(JobErrorCodes.AlreadyExists, $"VMID {vmid}, asked for, is taken in cluster {step.Cluster.Name}. Leave vmid out, or choose another.");

    /// <summary>Gives the VM's row the next VMID that neither the panel nor Proxmox uses.</summary>
    internal static async Task<int> TakeNextAsync(StepContext step, Vm vm, string node, CancellationToken cancellation)
    {
        var tried = new HashSet<int>();
        var own = await CompanyRangeAsync(step, vm);
        for (var left = step.Cluster.VmidTo - step.Cluster.VmidFrom; left >= 0; left--)
        {
            var vmid = own is var (from, to) ? await NextOfAsync(step, from, to, tried, cancellation) : await NextAsync(step, cancellation);
            tried.Add(vmid);
            if (await IsFreeAsync(step.Pve, vmid, cancellation) && await TakeAsync(step, vm, vmid, node, cancellation))
            {
                return vmid;
            }
        }

        throw Exhausted(step.Cluster);
    }

    /// <returns>The VMIDs that the VM's company has in this cluster; null: any of the cluster's.</returns>
    private static async Task<(int From, int To)?> CompanyRangeAsync(StepContext step, Vm vm)
    {
        var company = await VmPool.CompanyAsync(step, vm);
        return company is { VmidFrom: { } from, VmidTo: { } to }
            ? (Math.Max(from, step.Cluster.VmidFrom), Math.Min(to, step.Cluster.VmidTo))
            : null;
    }

    /// <summary>The one after the highest in use, so that one just freed is not at once another VM's. Of two that get the same, one can take it.</summary>
    private static async Task<int> NextOfAsync(StepContext step, int from, int to, HashSet<int> tried, CancellationToken cancellation)
    {
        await using var db = step.Database.OpenAll();
        var used = await db.Vms.Where(vm => vm.ClusterId == step.Cluster.Id && vm.Vmid >= from && vm.Vmid <= to)
            .Select(vm => vm.Vmid!.Value).ToHashSetAsync(cancellation);
        used.UnionWith(tried);
        return Free(from, to, used.Count == 0 ? from : used.Max() + 1, used) ?? throw new StepException(
            JobErrorCodes.VmidRangeExhausted,
            $"All VMIDs from {from} to {to} that the company has in cluster {step.Cluster.Name} are in use. Delete VMs or widen the company's range.");
    }

    /// <summary>Moves the cluster's cursor on; each number is given to one caller alone until the range wraps.</summary>
    private static async Task<int> NextAsync(StepContext step, CancellationToken cancellation)
    {
        await using var db = step.Database.OpenAll();
        for (var tries = 0; ; tries++)
        {
            var cluster = await db.Clusters.AsNoTracking().SingleAsync(c => c.Id == step.Cluster.Id, cancellation);
            var candidate = cluster.VmidNext < cluster.VmidFrom || cluster.VmidNext > cluster.VmidTo ? cluster.VmidFrom : cluster.VmidNext;
            var taken = await db.Vms.AnyAsync(vm => vm.ClusterId == cluster.Id && vm.Vmid == candidate, cancellation);
            HashSet<int> used = !taken ? [] : await db.Vms.Where(vm => vm.ClusterId == cluster.Id && vm.Vmid != null).Select(vm => vm.Vmid!.Value).ToHashSetAsync(cancellation);
            if (Free(cluster.VmidFrom, cluster.VmidTo, cluster.VmidNext, used) is not { } vmid)
            {
                throw Exhausted(cluster);
            }

            var next = vmid == cluster.VmidTo ? cluster.VmidFrom : vmid + 1;
            if (await db.Clusters.Where(c => c.Id == cluster.Id && c.VmidNext == cluster.VmidNext)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.VmidNext, next), cancellation) == 1)
            {
                return vmid;
            }
        }
    }

    private static StepException Exhausted(Cluster cluster) => new(
        JobErrorCodes.VmidRangeExhausted,
        $"All VMIDs from {cluster.VmidFrom} to {cluster.VmidTo} of cluster {cluster.Name} are in use. Delete VMs or widen the range.");

    internal static int? Free(int from, int to, int next, HashSet<int> used)
    {
        var start = next < from || next > to ? from : next;
        for (long i = 0; i <= (long)to - from; i++)
        {
            var vmid = (int)(start + i > to ? start + i - (to - from + 1) : start + i);
            if (!used.Contains(vmid))
            {
                return vmid;
            }
        }

        return null;
    }

    private static async Task<bool> IsFreeAsync(PveClient pve, int vmid, CancellationToken cancellation)
    {
        try
        {
            await pve.Cluster.NextIdAsync(vmid, cancellation);
            return true;
        }
        catch (PveAlreadyExistsException)
        {
            return false;
        }
    }

    /// <returns>False: another row has this VMID meanwhile.</returns>
    private static async Task<bool> TakeAsync(StepContext step, Vm vm, int vmid, string node, CancellationToken cancellation)
    {
        try
        {
            await step.SaveVmAsync(row => (row.Vmid, row.Node) = (vmid, node), cancellation);
            return true;
        }
        catch (DbException refused) when (DatabaseFailures.IsDuplicate(refused))
        {
            await using var db = step.Database.OpenAll();
            if (await db.Vms.AnyAsync(row => row.ClusterId == vm.ClusterId && row.Vmid == vmid, cancellation))
            {
                return false;
            }

            throw;
        }
    }
}
