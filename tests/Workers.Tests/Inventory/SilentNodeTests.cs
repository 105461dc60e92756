using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.Simulator.FaultInjection;
using MultiPanel.TestKit;
using MultiPanel.Workers.Inventory;

namespace MultiPanel.Workers.Tests.Inventory;

/// <summary>The VMs of a node that says nothing any more: they are listed, and nobody knows what they do.</summary>
public sealed class SilentNodeTests
{
    private const string Node = "east3";

    [Test]
    public async Task A_vm_on_a_silent_node_is_of_unknown_status_until_the_node_is_back()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        await RoundAsync(site);
        var before = await RowAsync(site);
        Assert.That((before.Status, before.Node), Is.EqualTo((VmStatus.Stopped, Node)));

        await site.Proxmox.Faults.TakeNodeOfflineAsync(Node, NodeOutage.ConnectionRefused);
        site.ProxmoxClock.Advance(TimeSpan.FromMinutes(6));
        await ListedAsync(site, before, "unknown");
        site.Advance(TimeSpan.FromMinutes(2));
        await RoundAsync(site);
        await RoundAsync(site);
        var silent = await RowAsync(site);

        Assert.That((silent.Id, silent.Status, silent.Name, silent.Template), Is.EqualTo((before.Id, VmStatus.Unknown, before.Name, true)));
        await using (var db = site.Database.OpenAll())
        {
            var cluster = await db.Clusters.AsNoTracking().SingleAsync(row => row.Id == site.Cluster.Id);
            Assert.That(VmSeen.At(silent.Status, silent.SeenAt, cluster.SeenAt), Is.LessThan(cluster.SeenAt!.Value), "it was not seen with its cluster");
            Assert.That(await db.Orphans.CountAsync(), Is.Zero);
        }

        await site.Proxmox.Faults.BringNodeOnlineAsync(Node);
        await ListedAsync(site, before, "stopped");
        await RoundAsync(site);
        var back = await RowAsync(site);
        Assert.That((back.Id, back.Status), Is.EqualTo((before.Id, VmStatus.Stopped)));
        Assert.That(back.SeenAt, Is.GreaterThan(silent.SeenAt!.Value));
    }

    private static async Task RoundAsync(Site site)
    {
        var inventory = site.Make<InventorySync>();
        await inventory.RunOnceAsync(CancellationToken.None);
        await inventory.AllRead;
    }

    private static async Task<Vm> RowAsync(Site site)
    {
        await using var db = site.Database.OpenAll();
        return await db.Vms.AsNoTracking().SingleAsync(vm => vm.ClusterId == site.Cluster.Id && vm.Name == "debian12-local");
    }

    private static Task<string?> ListedAsync(Site site, Vm vm, string status) => site.SeesAsync(
        async there => (await there.CallAsync(HttpMethod.Get, "/cluster/resources?type=vm")).EnumerateArray()
            .Single(row => row.GetProperty("vmid").GetInt32() == vm.Vmid).GetProperty("status").GetString(),
        listed => listed == status,
        $"Proxmox lists it as {status}");
}
