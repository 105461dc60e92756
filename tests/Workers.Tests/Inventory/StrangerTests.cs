using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Orphans;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Vms;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.Inventory;

/// <summary>VMs that another panel makes on the same Proxmox.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class StrangerTests
{
    private const string Theirs = "0123456789ab";

    /// <summary>Outside of the panel's VMIDs, and inside.</summary>
    [TestCase(500, true)]
    [TestCase(500, false)]
    [TestCase(5000, true)]
    [TestCase(5000, false)]
    public async Task What_others_are_making_gets_a_row_only_when_it_is_ready(int vmid, bool first)
    {
        await using var site = await StartAsync();
        if (!first)
        {
            await site.ReadInventoryAsync();
        }

        site.ProxmoxClock.Stop();
        await CloneAsync(site, vmid);
        await site.ReadInventoryAsync();
        Assert.That(await FoundAsync(site, vmid), Is.Null);

        site.ProxmoxClock.Go();
        await ReadyAsync(site, vmid);
        await site.ReadInventoryAsync();
        Assert.That(await FoundAsync(site, vmid), Is.Not.Null);
    }

    [TestCase(500)]
    [TestCase(5000)]
    public async Task A_vm_with_another_panel_s_marker_gets_no_row_before_it_has_its_tags(int vmid)
    {
        await using var site = await StartAsync();
        await site.ReadInventoryAsync();
        await CloneAsync(site, vmid, ("description", $"multipanel vm=7 job={Guid.NewGuid()} panel={Theirs}"));
        await ReadyAsync(site, vmid);

        Assert.That(await site.ReadInventoryAsync(), Is.Empty);
        Assert.That(await FoundAsync(site, vmid), Is.Null);
    }

    [Test]
    public async Task A_row_that_nobody_owns_goes_when_its_vm_shows_another_panel_s_tags()
    {
        await using var site = await StartAsync();
        await TakenForFoundAsync(site, 500);

        await TagAsync(site, 500);
        await site.ReadInventoryAsync();

        Assert.That(await FoundAsync(site, 500), Is.Null);
    }

    [Test]
    public async Task A_company_s_row_is_listed_and_deleting_it_leaves_the_other_panel_s_vm()
    {
        await using var site = await StartAsync();
        var row = await TakenForFoundAsync(site, 500);
        await using (var db = site.Database.OpenAll())
        {
            var company = new Company { Name = "acme", CreatedAt = DateTime.UtcNow };
            db.Companies.Add(company);
            await db.SaveChangesAsync();
            await db.Vms.Where(vm => vm.Id == row.Id).ExecuteUpdateAsync(set => set.SetProperty(vm => vm.CompanyId, company.Id));
        }

        await TagAsync(site, 500);
        var refused = await site.EndedAsync(await site.OperateAsync(row.Id, VmAction.Delete));
        Assert.That(refused.Error?.Code, Is.EqualTo(JobErrorCodes.NotOurs), refused.Error?.ToString());
        site.Advance(TimeSpan.FromMinutes(1));
        var orphan = (await site.ReadInventoryAsync()).Single();
        Assert.That((orphan.Kind, orphan.OwnerId), Is.EqualTo((OrphanKind.OwnerWithoutVm, (int?)row.Id)));
        Assert.That(orphan.Message, Does.Contain("another panel"));

        var deleted = await site.DoAsync(row, VmAction.Delete);

        Assert.That(deleted.Message, Does.Contain("left alone"));
        Assert.That(await site.RowAsync(row.Id), Is.Null);
        Assert.That(site.Proxmox.Vm(500), Is.Not.Null);
        Assert.That(await site.ReadInventoryAsync(), Is.Empty);
    }

    [TestCase(VmAction.Delete, true)]
    [TestCase(VmAction.Delete, false)]
    [TestCase(VmAction.Start, true)]
    [TestCase(VmAction.Reconfigure, false)]
    public async Task Nothing_is_done_to_a_vm_that_carries_another_panel_s_marker(VmAction action, bool inDescription)
    {
        await using var site = await StartAsync();
        var row = await TakenForFoundAsync(site, 500);
        await (inDescription
            ? site.CallAsync(HttpMethod.Put, "/nodes/east1/qemu/500/config", ("description", $"text\n\nmultipanel vm=7 job={Guid.NewGuid()} panel={Theirs}"))
            : site.CallAsync(HttpMethod.Put, "/nodes/east1/qemu/500/config", ("tags", $"multipanel;mp-panel-{Theirs}")));

        var ended = await site.EndedAsync(await site.OperateAsync(row.Id, action, with => with with { Changes = new VmChanges { Name = "hijacked" } }));

        Assert.That(ended.Error?.Code, Is.EqualTo(JobErrorCodes.NotOurs), ended.Error?.ToString());
        Assert.That(ended.Error!.Message, Does.Contain("another panel"));
        Assert.That((site.Proxmox.Vm(500)!.Name, site.Proxmox.Vm(500)!.Status), Is.EqualTo(("theirs", "stopped")));
    }

    private static Task<Site> StartAsync() => Site.StartAsync(new SiteOptions { Inventory = false });

    private static async Task CloneAsync(Site site, int vmid, params (string Name, string Value)[] with) =>
        await site.CallAsync(HttpMethod.Post, "/nodes/east1/qemu/9010/clone", [("newid", $"{vmid}"), ("name", "theirs"), .. with]);

    private static async Task ReadyAsync(Site site, int vmid)
    {
        await site.SeesAsync(there => Task.FromResult(there.Proxmox.Vm(vmid)), vm => vm is { Lock: null }, $"VM {vmid} is made");
        await site.SeesAsync(there => ListedAsync(there, vmid, "name"), name => name == "theirs", "Proxmox lists it with its name");
    }

    /// <summary>A VM without any mark, and its row.</summary>
    private static async Task<Vm> TakenForFoundAsync(Site site, int vmid)
    {
        await site.ReadInventoryAsync();
        await CloneAsync(site, vmid);
        await ReadyAsync(site, vmid);
        await site.ReadInventoryAsync();
        return (await FoundAsync(site, vmid))!;
    }

    private static async Task TagAsync(Site site, int vmid)
    {
        await site.CallAsync(HttpMethod.Put, $"/nodes/east1/qemu/{vmid}/config", ("tags", $"multipanel;mp-panel-{Theirs}"));
        await site.SeesAsync(there => ListedAsync(there, vmid, "tags"), tags => tags?.Contains(Theirs, StringComparison.Ordinal) == true, "Proxmox lists its tags");
    }

    private static async Task<string?> ListedAsync(Site site, int vmid, string field) =>
        (await site.CallAsync(HttpMethod.Get, "/cluster/resources?type=vm")).EnumerateArray().Where(row => row.GetProperty("vmid").GetInt32() == vmid)
            .Select(row => row.TryGetProperty(field, out var value) ? value.GetString() : null).SingleOrDefault();

    private static async Task<Vm?> FoundAsync(Site site, int vmid)
    {
        await using var db = site.Database.OpenAll();
        return await db.Vms.AsNoTracking().SingleOrDefaultAsync(vm => vm.ClusterId == site.Cluster.Id && vm.Vmid == vmid);
    }
}
