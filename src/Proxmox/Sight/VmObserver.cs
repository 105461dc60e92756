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

    public async Task<Sighting<VmSight>> ObserveAsync(int vmid, string? nodeHint, CancellationToken ct)
    {
        try
        {
            return await LookAsync(vmid, nodeHint, ct);
        }
        catch (PveException why)
        {
            return new Sighting<VmSight>.Unknown(why);
        }
    }

    private async Task<Sighting<VmSight>> LookAsync(int vmid, string? nodeHint, CancellationToken ct)
    {
        var asked = nodeHint;
        PveException? last = null;
        for (var look = 0; look < Looks; look++)
        {
            if (asked is not null)
            {
                try
                {
                    return await SeeAsync(asked, vmid, ct);
                }
                catch (PveException why) when (why is PveNotFoundException or PveNodeUnreachableException or PveTimeoutException)
                {
                    last = why;
                }
            }

            var listed = (await cluster.ResourcesAsync("vm", ct)).FirstOrDefault(resource => resource.VmId == vmid);
            if (listed is null)
            {
                return await ConfirmGoneAsync(vmid, confirmed: last is PveNotFoundException, ct);
            }

            if (listed.Type != "qemu")
            {
                return Unknown(vmid, $"VMID {vmid} is taken by {listed.Id} on {listed.Node}.");
            }

            if (listed.Node == asked && last is not null and not PveNotFoundException)
            {
                return new Sighting<VmSight>.Unknown(last);
            }

            asked = listed.Node;
        }

        return Unknown(vmid, $"VM {vmid} is listed on {asked}, which has no configuration for it: {last?.Text}");
    }

    private async Task<Sighting<VmSight>> SeeAsync(string node, int vmid, CancellationToken ct)
    {
        var status = await qemu.StatusAsync(node, vmid, ct);
        var config = await qemu.ConfigAsync(node, vmid, ct: ct);
        return new Sighting<VmSight>.Exists(new VmSight(node, status, config));
    }

    /// <summary>
    /// The list leaves out what the credential may not see, and on a node without quorum it is old. A node checks the
    /// privilege before it looks for the file, so its "does not exist" rules out the first.
    /// </summary>
    private async Task<Sighting<VmSight>> ConfirmGoneAsync(int vmid, bool confirmed, CancellationToken ct)
    {
        if (!await IsQuorateAsync(ct))
        {
            return Unknown(vmid, "The answering node has no quorum; what it shows may be old.");
        }

        if (!confirmed)
        {
            var online = (await nodes.ListAsync(ct)).FirstOrDefault(node => node.Online);
            if (online is null)
            {
                return Unknown(vmid, "No node is online.");
            }

            try
            {
                return await SeeAsync(online.Node, vmid, ct);
            }
            catch (PveNotFoundException)
            {
                // It is as the list says.
            }
        }

        return new Sighting<VmSight>.Gone();
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

    private static Sighting<VmSight> Unknown(int vmid, string text) =>
        new Sighting<VmSight>.Unknown(new PveException(new PveFault("GET", $"cluster/resources ({vmid})", text)));
}
