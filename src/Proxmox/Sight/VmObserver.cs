using MultiPanel.Proxmox.Cluster;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Nodes;
using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Proxmox.Sight;

/// <summary>Finds a VM, and is sure before it says that there is none.</summary>
internal sealed class VmObserver(ClusterApi cluster, NodesApi nodes, QemuApi qemu)
{
    /// <summary>A VM can move between two questions, but hardly this often.</summary>
    private const int Looks = 3;

    /// <summary>Status and configuration: two calls where the hint is right.</summary>
    public Task<Sighting<VmSight>> ObserveAsync(int vmid, string? nodeHint, CancellationToken ct) => ObserveAsync(
        vmid, nodeHint, async node => new VmSight(node, await qemu.StatusAsync(node, vmid, ct), await qemu.ConfigAsync(node, vmid, ct: ct)), ct);

    /// <summary>The status alone: one call where the hint is right.</summary>
    public Task<Sighting<VmStatusSight>> ObserveStatusAsync(int vmid, string? nodeHint, CancellationToken ct) => ObserveAsync(
        vmid, nodeHint, async node => new VmStatusSight(node, await qemu.StatusAsync(node, vmid, ct)), ct);

    /// <summary>The configuration alone: one call where the hint is right.</summary>
    public Task<Sighting<VmSight>> ObserveConfigAsync(int vmid, string? nodeHint, CancellationToken ct) => ObserveAsync(
        vmid, nodeHint, async node => new VmSight(node, QemuStatus.Unasked(vmid), await qemu.ConfigAsync(node, vmid, ct: ct)), ct);

    private async Task<Sighting<T>> ObserveAsync<T>(int vmid, string? nodeHint, Func<string, Task<T>> see, CancellationToken ct)
    {
        try
        {
            return await LookAsync(vmid, nodeHint, see, ct);
        }
        catch (PveException why)
        {
            return new Sighting<T>.Unknown(why);
        }
    }

    private async Task<Sighting<T>> LookAsync<T>(int vmid, string? nodeHint, Func<string, Task<T>> see, CancellationToken ct)
    {
        var asked = nodeHint;
        PveException? last = null;
        for (var look = 0; look < Looks; look++)
        {
            if (asked is not null)
            {
                try
                {
                    return new Sighting<T>.Exists(await see(asked));
                }
                catch (PveException why) when (why is PveNotFoundException or PveNodeUnreachableException or PveTimeoutException or PvePermissionException)
                {
                    last = why;
                }
            }

            var listed = (await cluster.ResourcesAsync("vm", ct)).FirstOrDefault(resource => resource.VmId == vmid);
            if (listed is null)
            {
                return last is PvePermissionException hidden
                    ? await ConfirmHiddenAsync<T>(vmid, hidden, ct)
                    : await ConfirmGoneAsync(vmid, confirmed: last is PveNotFoundException, see, ct);
            }

            if (listed.Type != "qemu")
            {
                return Unknown<T>(vmid, $"VMID {vmid} is taken by {listed.Id} on {listed.Node}.", lasting: true);
            }

            // One that was hidden and is listed is shown since: it was put into a pool.
            if (listed.Node == asked && last is not null and not PveNotFoundException and not PvePermissionException)
            {
                return new Sighting<T>.Unknown(last);
            }

            asked = listed.Node;
        }

        return new Sighting<T>.Unknown(last is PvePermissionException ? last : new PveContradictionException(
            new PveFault("GET", $"cluster/resources ({vmid})", $"VM {vmid} is listed on {asked}, which has no configuration for it: {last?.Text}"), asked));
    }

    /// <summary>
    /// The list leaves out what the credential may not see, and on a node without quorum it is old. A node checks the
    /// privilege before it looks for the file, so its "does not exist" rules out the first.
    /// </summary>
    private async Task<Sighting<T>> ConfirmGoneAsync<T>(int vmid, bool confirmed, Func<string, Task<T>> see, CancellationToken ct)
    {
        if (!await IsQuorateAsync(ct))
        {
            return Unknown<T>(vmid, "The answering node has no quorum; what it shows may be old.");
        }

        if (!confirmed)
        {
            var online = (await nodes.ListAsync(ct)).FirstOrDefault(node => node.Online);
            if (online is null)
            {
                return Unknown<T>(vmid, "No node is online.");
            }

            try
            {
                return new Sighting<T>.Exists(await see(online.Node));
            }
            catch (PveNotFoundException)
            {
                // It is as the list says.
            }
            catch (PvePermissionException hidden)
            {
                return await ConfirmHiddenAsync<T>(vmid, hidden, ct);
            }
        }

        return new Sighting<T>.Gone();
    }

    /// <summary>
    /// An identity with rights over a pool alone may not even ask for a VM that is in none of its pools, such as one just deleted. Whether a
    /// VMID is free, Proxmox tells everyone.
    /// </summary>
    private async Task<Sighting<T>> ConfirmHiddenAsync<T>(int vmid, PvePermissionException hidden, CancellationToken ct)
    {
        if (!await IsQuorateAsync(ct))
        {
            return Unknown<T>(vmid, "The answering node has no quorum; what it shows may be old.");
        }

        try
        {
            await cluster.NextIdAsync(vmid, ct);
            return new Sighting<T>.Gone();
        }
        catch (PveAlreadyExistsException)
        {
            return new Sighting<T>.Unknown(new PveHiddenException(hidden.Fault, hidden.ObjectPath, hidden.Privilege));
        }
    }

    /// <summary>Without <c>Sys.Audit</c> on <c>/</c> the list of nodes must do: most of them online.</summary>
    private async Task<bool> IsQuorateAsync(CancellationToken ct)
    {
        try
        {
            return (await cluster.StatusAsync(ct)).Quorate;
        }
        catch (PvePermissionException)
        {
            var all = await nodes.ListAsync(ct);
            return 2 * all.Count(node => node.Online) > all.Count;
        }
    }

    private static Sighting<T>.Unknown Unknown<T>(int vmid, string text, bool lasting = false) =>
        new(new PveContradictionException(new PveFault("GET", $"cluster/resources ({vmid})", text), lasting: lasting));
}
