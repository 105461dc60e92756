using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Workers.Vms;

/// <summary>Who stands on a template's disks, where Proxmox has refused to delete it and says no more than that.</summary>
internal static class LinkedCloneSearch
{
    /// <returns>The error with the names of the clones that the job's company may see; as it was where nobody is found.</returns>
    public static async Task<JobError> NameAsync(JobError refused, PanelDatabase database, PveClient pve, Job job, Vm template, CancellationToken cancellation)
    {
        var vmids = await VmIdsAsync(pve, template, cancellation);
        await using var db = database.OpenAll();
        var clones = db.Vms.Where(vm => vm.ClusterId == template.ClusterId && (vmids == null ? vm.LinkedToId == template.Id : vmids.Contains(vm.Vmid!.Value)));
        var count = vmids?.Count ?? await clones.CountAsync(cancellation);
        return count == 0 ? refused : refused with
        {
            Message = await LinkedClones.ExplainAsync(template.Name, count, clones.Where(vm => job.CompanyId == null || vm.CompanyId == job.CompanyId), cancellation),
        };
    }

    /// <summary>As Proxmox itself finds them: by the names of the other volumes on the storages of the template's disks.</summary>
    /// <returns>Null: it does not show them to the panel's identity, or not now.</returns>
    private static async Task<List<int>?> VmIdsAsync(PveClient pve, Vm template, CancellationToken cancellation)
    {
        try
        {
            var config = await pve.Qemu.ConfigAsync(template.Node!, template.Vmid!.Value, ct: cancellation);
            var found = new HashSet<int>();
            foreach (var onStorage in config.Volumes.Where(volume => volume.Base is not null).GroupBy(volume => volume.Storage))
            {
                var names = onStorage.Select(volume => volume.Base!).ToList();
                foreach (var volume in await pve.Nodes.StorageContentAsync(template.Node!, onStorage.Key, "images", ct: cancellation))
                {
                    if (volume.VmId is { } user && names.Exists(name => QemuVolume.Parse(volume.VolId)?.StandsOn == name))
                    {
                        found.Add(user);
                    }
                }
            }

            return found.Count == 0 ? null : [.. found];
        }
        catch (PveException)
        {
            return null; // only the names are missing then
        }
    }
}
