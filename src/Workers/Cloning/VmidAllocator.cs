using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Cloning;

/// <summary>
/// Finds VMIDs that neither the panel nor Proxmox uses. The clones of one worker choose theirs one at a time: those that choose the
/// same would have to try again, each time at the cost of two SQL statements.
/// </summary>
public sealed class VmidAllocator
{
    private readonly ConcurrentDictionary<int, SemaphoreSlim> turns = new();

    /// <summary>Gives the VM's row the VMID that was asked for.</summary>
    /// <exception cref="StepException">It is taken.</exception>
    public static async Task<int> TakeAskedAsync(StepContext step, Vm vm, int vmid, string node, CancellationToken cancellation) =>
        await IsFreeAsync(step.Pve, vmid, cancellation) && await TakeAsync(step, vm, vmid, node, cancellation)
            ? vmid
            : throw new StepException(JobErrorCodes.AlreadyExists, $"VMID {vmid}, asked for, is taken in cluster {step.Cluster.Name}. Leave vmid out, or choose another.");

    /// <summary>Gives the VM's row the next VMID that neither the panel nor Proxmox uses.</summary>
    /// <exception cref="StepException">None is free.</exception>
    public async Task<int> TakeNextAsync(StepContext step, Vm vm, string node, CancellationToken cancellation)
    {
        var tried = new HashSet<int>();
        var own = await CompanyRangeAsync(step, vm);
        using var turn = own is null ? null : await TakeTurnAsync(step, cancellation);
        for (var left = step.Cluster.VmidTo - step.Cluster.VmidFrom; left >= 0; left--)
        {
            var vmid = own is var (from, to) ? await NextOfAsync(step, from, to, tried, cancellation) : await NextAsync(step, cancellation);
            tried.Add(vmid);
            if (await IsFreeAsync(step.Pve, vmid, cancellation) && await TakeAsync(step, vm, vmid, node, cancellation))
            {
                return vmid;
            }
        }

        throw Exhausted(step.Cluster.Name, step.Cluster.VmidFrom, step.Cluster.VmidTo);
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
    private async Task<int> NextAsync(StepContext step, CancellationToken cancellation)
    {
        using var turn = await TakeTurnAsync(step, cancellation);
        await using var db = step.Database.OpenAll();
        while (true)
        {
            if (await TryNextAsync(db, step.Cluster.Id, cancellation) is { } vmid)
            {
                return vmid;
            }
        }
    }

    private async Task<Turn> TakeTurnAsync(StepContext step, CancellationToken cancellation)
    {
        var free = turns.GetOrAdd(step.Cluster.Id, _ => new SemaphoreSlim(1));
        await free.WaitAsync(cancellation);
        return new Turn(free);
    }

    /// <returns>Null: another host moved the cursor meanwhile.</returns>
    private static async Task<int?> TryNextAsync(PanelDb db, int id, CancellationToken cancellation)
    {
        var cluster = await db.Clusters.AsNoTracking().Where(row => row.Id == id)
            .Select(row => new { row.Name, From = row.VmidFrom, To = row.VmidTo, Next = row.VmidNext, Taken = db.Vms.Any(vm => vm.ClusterId == id && vm.Vmid == row.VmidNext) })
            .SingleAsync(cancellation);
        var inRange = cluster.Next >= cluster.From && cluster.Next <= cluster.To;
        HashSet<int> used = inRange && !cluster.Taken
            ? []
            : await db.Vms.Where(vm => vm.ClusterId == id && vm.Vmid != null).Select(vm => vm.Vmid!.Value).ToHashSetAsync(cancellation);
        if (Free(cluster.From, cluster.To, cluster.Next, used) is not { } vmid)
        {
            throw Exhausted(cluster.Name, cluster.From, cluster.To);
        }

        var next = vmid == cluster.To ? cluster.From : vmid + 1;
        return await db.Clusters.Where(row => row.Id == id && row.VmidNext == cluster.Next)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.VmidNext, next), cancellation) == 1 ? vmid : null;
    }

    private static StepException Exhausted(string cluster, int from, int to) => new(
        JobErrorCodes.VmidRangeExhausted, $"All VMIDs from {from} to {to} of cluster {cluster} are in use. Delete VMs or widen the range.");

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

    private sealed class Turn(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
