using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Orphans;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Vms;
using MultiPanel.TestKit;
using MultiPanel.Workers.Guests;

namespace MultiPanel.Workers.Tests.Inventory;

/// <summary>A VM was deleted in Proxmox, and another has its VMID, before a list showed that.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ReusedVmidTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task The_row_of_a_company_does_not_become_that_of_another_vm_and_is_listed(bool made)
    {
        await using var site = await StartAsync();
        var vm = made ? await site.MakeVmAsync("mine") : await FindAsync(site, 500, "mine");
        await GiveAsync(site, vm);
        site.Advance(TimeSpan.FromSeconds(30));

        await ReplaceAsync(site, vm, "next");
        var orphan = (await site.ReadInventoryAsync()).Single();
        var row = (await site.RowAsync(vm.Id))!;

        Assert.That((row.Name, row.Uuid), Is.EqualTo(("mine", vm.Uuid)));
        Assert.That((orphan.Kind, orphan.OwnerId), Is.EqualTo((OrphanKind.OwnerWithoutVm, (int?)vm.Id)));
        Assert.That(orphan.Message, Does.Contain("another VM").And.Not.Contain("next"));
        await site.DoAsync(vm, VmAction.Delete);
        Assert.That(await site.RowAsync(vm.Id), Is.Null);
        Assert.That(site.InProxmox(vm)!.Name, Is.EqualTo("next"));
        await site.ReadInventoryAsync();
        Assert.That(await site.ReadInventoryAsync(), Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_vm_of_a_company_that_was_renamed_in_proxmox_is_still_it(bool made)
    {
        await using var site = await StartAsync();
        var vm = made ? await site.MakeVmAsync("mine") : await FindAsync(site, 500, "mine");
        await GiveAsync(site, vm);
        site.Advance(TimeSpan.FromSeconds(30));

        await site.CallAsync(HttpMethod.Put, $"/nodes/{vm.Node}/qemu/{vm.Vmid}/config", ("name", "renamed"), ("tags", ""));
        await ListedAsync(site, vm, "renamed");

        Assert.That(await site.ReadInventoryAsync(), Is.Empty);
        Assert.That((await site.RowAsync(vm.Id))!.Name, Is.EqualTo("renamed"));
    }

    [Test]
    public async Task A_row_that_nobody_owns_becomes_that_of_the_vm_that_is_there_now()
    {
        await using var site = await StartAsync();
        var vm = await FindAsync(site, 500, "old");

        await ReplaceAsync(site, vm, "next");
        await site.ReadInventoryAsync();
        await LookAsync(site);

        var row = (await site.RowAsync(vm.Id))!;
        Assert.That((row.Name, row.Uuid == vm.Uuid), Is.EqualTo(("next", false)));
        await site.DoAsync(row, VmAction.Delete);
        Assert.That(site.InProxmox(vm), Is.Null);
    }

    private static Task<Site> StartAsync() => Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["guests"] });

    /// <summary>A VM that was made in Proxmox, with a row that knows its uuid.</summary>
    private static async Task<Vm> FindAsync(Site site, int vmid, string name)
    {
        await site.CallAsync(HttpMethod.Post, "/nodes/east1/qemu", ("vmid", $"{vmid}"), ("name", name));
        await site.SeesAsync(there => NameAsync(there, vmid), shown => shown == name, "Proxmox lists it");
        await site.ReadInventoryAsync();
        await LookAsync(site);
        await using var db = site.Database.OpenAll();
        var vm = await db.Vms.AsNoTracking().SingleAsync(row => row.Vmid == vmid && row.ClusterId == site.Cluster.Id);
        Assert.That(vm.Uuid, Is.Not.Null);
        return vm;
    }

    private static async Task GiveAsync(Site site, Vm vm)
    {
        await using var db = site.Database.OpenAll();
        var company = new Company { Name = "acme", CreatedAt = DateTime.UtcNow };
        db.Companies.Add(company);
        await db.SaveChangesAsync();
        await db.Vms.Where(row => row.Id == vm.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.CompanyId, company.Id));
    }

    private static async Task ReplaceAsync(Site site, Vm vm, string name)
    {
        await site.DeleteInProxmoxAsync(vm.Node!, vm.Vmid!.Value);
        await site.CallAsync(HttpMethod.Post, $"/nodes/{vm.Node}/qemu", ("vmid", $"{vm.Vmid}"), ("name", name));
        await ListedAsync(site, vm, name);
    }

    private static Task<string?> ListedAsync(Site site, Vm vm, string name) =>
        site.SeesAsync(there => NameAsync(there, vm.Vmid!.Value), shown => shown == name, "Proxmox lists the name");

    private static async Task<string?> NameAsync(Site site, int vmid) =>
        (await site.CallAsync(HttpMethod.Get, "/cluster/resources?type=vm")).EnumerateArray().Where(row => row.GetProperty("vmid").GetInt32() == vmid)
            .Select(row => row.TryGetProperty("name", out var name) ? name.GetString() : null).SingleOrDefault();

    private static async Task LookAsync(Site site)
    {
        site.Advance(TimeSpan.FromSeconds(1));
        var watch = site.Make<GuestWatch>();
        await watch.RunOnceAsync(CancellationToken.None);
        await watch.AllAsked;
    }
}
