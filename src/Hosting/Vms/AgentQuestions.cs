using System.Collections.Concurrent;
using MultiPanel.Contracts.Vms;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Hosting.Vms;

/// <summary>
/// Asks guest agents for the network, one at a time on each node: one that does not run holds one of the node's few workers
/// for 3 s (PVE/QemuServer/Agent.pm).
/// </summary>
public sealed class AgentQuestions(TimeProvider clock)
{
    private readonly ConcurrentDictionary<(int Cluster, string Node), SemaphoreSlim> nodes = new();

    /// <param name="nics">The VM's cards: their order is that of the answer.</param>
    /// <param name="waits">False: where another question is being asked on that node, this one is not.</param>
    /// <exception cref="PveException">Proxmox cannot be reached, or refuses.</exception>
    public async Task<AgentAnswer> AskAsync(
        PveClient pve, int cluster, string node, int vmid, IReadOnlyList<VmNicView> nics, bool waits, CancellationToken cancellation)
    {
        var turn = nodes.GetOrAdd((cluster, node), _ => new SemaphoreSlim(1));
        if (!await turn.WaitAsync(waits ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellation))
        {
            return AgentAnswer.Unasked;
        }

        try
        {
            var interfaces = await pve.Agent.NetworkInterfacesAsync(node, vmid, cancellation);
            return new AgentAnswer(GuestNetworks.Read(interfaces, nics, clock.GetUtcNow().UtcDateTime), null);
        }
        catch (PveException silent) when (silent is PveAgentException or PveVmStateException or PveAnswerException)
        {
            return new AgentAnswer(null, silent);
        }
        finally
        {
            turn.Release();
        }
    }
}
