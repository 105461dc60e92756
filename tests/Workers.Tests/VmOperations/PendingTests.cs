using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.TestKit;
using MultiPanel.Workers.Inventory;

namespace MultiPanel.Workers.Tests.VmOperations;

/// <summary>What a VM is configured with and what it runs with are kept apart until its next start.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PendingTests
{
    [Test]
    public async Task A_change_of_a_running_vm_waits_for_its_next_start_and_says_so()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        await site.DoAsync(vm, VmAction.Start);

        var change = await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = new VmChanges { Cores = 8, MemoryMb = 4096, Name = "web2" } });

        Assert.That(change.Message, Is.EqualTo("Takes effect at the next start: cores 8 (now 2), memory 4096 (now 2048)"));
        await IsAsync(site, vm, configured: (8, 4096), running: (2, 2048), "before the list is read");
        Assert.That((await site.RowAsync(vm.Id))!.Config!.Pending, Is.EqualTo(new[] { new PendingChange("cores", "2", "8"), new PendingChange("memory", "2048", "4096") }));

        await site.SeesAsync(
            async there => (await there.CallAsync(HttpMethod.Get, "/cluster/resources?type=vm")).EnumerateArray()
                .Single(row => row.GetProperty("vmid").GetInt32() == vm.Vmid).GetProperty("status").GetString(),
            status => status == "running",
            "Proxmox lists it as running");
        site.Advance(TimeSpan.FromSeconds(30));
        await ListAsync(site);
        await IsAsync(site, vm, configured: (8, 4096), running: (2, 2048), "after the list was read");

        await site.DoAsync(vm, VmAction.Stop);
        await IsAsync(site, vm, configured: (8, 4096), running: (null, null), "stopped");
        await site.DoAsync(vm, VmAction.Start);
        await IsAsync(site, vm, configured: (8, 4096), running: (8, 4096), "started again");
        Assert.That((await site.RowAsync(vm.Id))!.Config!.Pending, Is.Empty);
    }

    [Test]
    public async Task A_change_of_a_stopped_vm_is_in_force_at_once()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();

        var change = await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = new VmChanges { Cores = 8 } });

        Assert.That(change.Message, Is.EqualTo("Done"));
        Assert.That((await site.RowAsync(vm.Id))!.Config!.Pending, Is.Empty);
    }

    [Test]
    public async Task A_vm_that_is_hibernated_still_has_what_it_will_wake_with()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        await site.DoAsync(vm, VmAction.Start);
        await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = new VmChanges { Cores = 1 } });

        await site.DoAsync(vm, VmAction.Suspend, command => command with { ToDisk = true });

        await IsAsync(site, vm, configured: (1, 2048), running: (2, 2048), "hibernated");
    }

    [Test]
    public async Task Tags_are_sent_as_given_and_those_of_the_panel_stay()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        var path = $"/nodes/{vm.Node}/qemu/{vm.Vmid}/config";
        await site.CallAsync(HttpMethod.Put, path, ("tags", $"{site.InProxmox(vm)!.Config["tags"]};mp-vm-999999"));

        await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = new VmChanges { Tags = ["PROD", "a+b"] } });

        var panels = vm.Tags.Single(tag => tag.StartsWith("mp-panel-", StringComparison.Ordinal));
        Assert.That(site.InProxmox(vm)!.Tags, Is.EquivalentTo(new[] { "multipanel", $"mp-vm-{vm.Id}", $"mp-job-{vm.CreatedByJob}", panels, "mp-vm-999999", "prod", "a+b" }));
    }

    private static async Task IsAsync(Site site, Vm vm, (int? Cores, int? Memory) configured, (int? Cores, int? Memory) running, string when)
    {
        var row = (await site.RowAsync(vm.Id))!;
        Assert.That(((row.Cores, row.MemoryMb), (row.RunningCores, row.RunningMemoryMb)), Is.EqualTo((configured, running)), when);
    }

    private static async Task ListAsync(Site site)
    {
        var inventory = site.Make<InventorySync>();
        await inventory.RunOnceAsync(CancellationToken.None);
        await inventory.AllRead;
    }
}
