using Microsoft.EntityFrameworkCore;
using MultiPanel.Data.Vms;
using MultiPanel.Simulator;

namespace MultiPanel.TestKit;

/// <summary>VMs and settings that someone made in a site's Proxmox, as the panel finds them.</summary>
public static class SiteFound
{
    /// <summary>Makes a stopped VM in Proxmox on node east1, and waits until the inventory has it.</summary>
    public static async Task<Vm> MakeInProxmoxAsync(this Site site, int vmid, string name, params (string Name, string Value)[] config)
    {
        await site.CallAsync(HttpMethod.Post, "/nodes/east1/qemu", [("vmid", $"{vmid}"), ("name", name), .. config]);
        await site.SeesAsync(there => Task.FromResult(there.Proxmox.Vm(vmid)), vm => vm is { Lock: null }, $"VM {vmid} is made");
        return (await site.SeesAsync(RowAsync, row => row?.Name == name, $"the inventory has VM {vmid} with its name"))!;

        async Task<Vm?> RowAsync(Site there)
        {
            await using var db = there.Database.OpenAll();
            return await db.Vms.AsNoTracking().SingleOrDefaultAsync(vm => vm.ClusterId == there.Cluster.Id && vm.Vmid == vmid);
        }
    }

    /// <summary>Changes the configuration of a template of the demo, past the panel.</summary>
    public static async Task<SimulatedVm> SetTemplateAsync(this Site site, params (string Name, string Value)[] config)
    {
        var template = site.Proxmox.Vms.First(vm => vm is { Name: "debian12", IsTemplate: true });
        await site.CallAsync(HttpMethod.Put, $"/nodes/{template.Node}/qemu/{template.VmId}/config", config);
        return template;
    }
}
