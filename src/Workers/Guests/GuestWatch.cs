using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Data;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Workers.Liveness;
using StackExchange.Redis;

namespace MultiPanel.Workers.Guests;

/// <summary>
/// Looks at VMs that are due (<see cref="Vm.GuestDueAt"/>) for what no list says: after a start, a reboot, a resume, when one
/// was found, when Proxmox lists another size than is known. One worker does it, one VM of a node at a time, so that a row of
/// silent agents never takes more than one of a node's few workers.
/// </summary>
public sealed class GuestWatch(
    PanelDatabase database, GuestLook look, WorkerIdentity worker, IConnectionMultiplexer redis, TimeProvider clock, ILogger<GuestWatch> log)
    : LeasedService("guests", Cycle, redis, worker, clock, log)
{
    private static readonly TimeSpan Cycle = TimeSpan.FromSeconds(5);

    /// <summary>Of all nodes in one round; those that were due first come first.</summary>
    private const int MostARound = 500;

    /// <summary>Of one node in one round: its next round begins when these have been looked at.</summary>
    private const int MostANode = 20;

    private readonly Dictionary<(int Cluster, string Node), Task> nodes = [];

    /// <summary>Completes when the rounds of all nodes have, the slow ones' too.</summary>
    internal Task AllAsked => Task.WhenAll(nodes.Values);

    public override async Task RunOnceAsync(CancellationToken cancellation)
    {
        var now = Clock.GetUtcNow().UtcDateTime;
        await using var db = database.OpenAll();
        var due = await db.Vms.AsNoTracking().Where(vm => vm.GuestDueAt <= now && vm.Vmid != null && vm.Node != null)
            .OrderBy(vm => vm.GuestDueAt).Take(MostARound).ToListAsync(cancellation);
        foreach (var node in due.GroupBy(vm => (vm.ClusterId, vm.Node!)))
        {
            // A node that hangs must not hold up the others.
            if (!nodes.TryGetValue(node.Key, out var last) || last.IsCompleted)
            {
                nodes[node.Key] = AskAsync([.. node.Take(MostANode)], cancellation);
            }
        }

        await Task.WhenAny(AllAsked, Task.Delay(Cycle, Clock, cancellation));
        foreach (var idle in nodes.Where(node => node.Value.IsCompleted).Select(node => node.Key).ToList())
        {
            nodes.Remove(idle);
        }
    }

    private async Task AskAsync(IReadOnlyList<Vm> vms, CancellationToken cancellation)
    {
        foreach (var vm in vms)
        {
            try
            {
                await look.TakeAsync(vm, cancellation);
            }
            catch (PveException unseen)
            {
                Log.LogDebug("Could not look at VM {Vm} (VMID {Vmid}); trying again later: {Reason}", vm.Name, vm.Vmid, unseen.Message);
            }
            catch (Exception failure) when (DatabaseFailures.IsUnreachable(failure))
            {
                Log.LogWarning("Could not write what was seen of VM {Vm}; trying again in the next round: {Reason}", vm.Name, failure.Message);
                return;
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                Log.LogWarning(failure, "Could not look at VM {Vm} (VMID {Vmid})", vm.Name, vm.Vmid);
            }
        }
    }
}
