using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.TestKit;
using MultiPanel.Workers.Inventory;

namespace MultiPanel.Workers.Tests.VmOperations;

/// <summary>VMs that others made and change in Proxmox, past the panel.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class FoundVmTests
{
    private const int Vmid = 700;

    [Test]
    public async Task A_vm_without_a_name_is_started_snapshot_renamed_and_deleted()
    {
        await using var site = await FoundAsync();
        var vm = await RowAsync(site);
        Assert.That((vm.Name, vm.Uuid), Is.EqualTo(("VM 700", (string?)null)), "Proxmox makes a name up");

        await site.DoAsync(vm, VmAction.Start);
        await site.DoAsync(vm, VmAction.Snapshot, snapshot => snapshot with { Snapshot = "s1" });
        await site.DoAsync(vm, VmAction.Reconfigure, change => change with { Changes = new VmChanges { Name = "fixed" } });
        Assert.That((site.Proxmox.Vm(Vmid)!.Name, (await RowAsync(site)).Name), Is.EqualTo(("fixed", "fixed")));
        await site.DoAsync(vm, VmAction.Stop);
        await site.DoAsync(vm, VmAction.Delete);

        Assert.That(site.Proxmox.Vm(Vmid), Is.Null);
    }

    [Test]
    public async Task A_vm_renamed_in_proxmox_a_moment_ago_is_still_the_same()
    {
        await using var site = await FoundAsync(("name", "before"));
        var vm = await RowAsync(site);
        await ConfigureAsync(site, ("name", "after"));

        await site.DoAsync(vm, VmAction.Start);
        var row = await RowAsync(site);
        Assert.That((row.Name, row.Uuid), Is.EqualTo(("after", site.Proxmox.Vm(Vmid)!.Config["smbios1"]["uuid=".Length..])), "the first look takes what stays");
        await ConfigureAsync(site, ("name", "once-more"));
        await site.DoAsync(vm, VmAction.Snapshot, snapshot => snapshot with { Snapshot = "s1" });
        await site.DoAsync(vm, VmAction.Stop);
        await site.DoAsync(vm, VmAction.Delete);

        Assert.That(site.Proxmox.Vm(Vmid), Is.Null);
    }

    [Test]
    public async Task A_vm_hibernated_by_the_panel_and_woken_and_stopped_in_proxmox_is_stopped()
    {
        await using var site = await FoundAsync(("name", "sleeper"));
        var vm = await RowAsync(site);
        await site.DoAsync(vm, VmAction.Start);
        await site.DoAsync(vm, VmAction.Suspend, suspend => suspend with { ToDisk = true });
        Assert.That((await RowAsync(site)).Status, Is.EqualTo(VmStatus.Suspended));

        await PowerAsync(site, "start", "running");
        await PowerAsync(site, "stop", "stopped");

        Assert.That((await ListedAsync(site, row => row.Status != VmStatus.Suspended)).Status, Is.EqualTo(VmStatus.Stopped));
    }

    [Test]
    public async Task A_vm_hibernated_in_proxmox_is_shown_so_and_each_command_says_what_it_means()
    {
        await using var site = await FoundAsync(("name", "sleeper"));
        var vm = await RowAsync(site);
        await PowerAsync(site, "start", "running");
        await site.CallAsync(HttpMethod.Post, $"/nodes/east1/qemu/{Vmid}/status/suspend", ("todisk", "1"));
        await ListedAsync(site, row => row is { Status: VmStatus.Suspended, Lock: "suspended" });

        var stop = await site.DoAsync(vm, VmAction.Stop);
        var reboot = await site.EndedAsync(await site.OperateAsync(vm.Id, VmAction.Reboot));
        var snapshot = await site.EndedAsync(await site.OperateAsync(vm.Id, VmAction.Snapshot, command => command with { Snapshot = "s1" }));

        Assert.That(stop.Steps[0].Message, Does.StartWith("It is hibernated"));
        foreach (var refused in new[] { reboot, snapshot })
        {
            Assert.That((refused.Status, refused.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.StateNotReached)));
            Assert.That(refused.Error.Message, Does.StartWith("sleeper is hibernated").And.Contain("resume it and then stop it"));
        }

        await site.DoAsync(vm, VmAction.Start);
        Assert.That(site.Proxmox.Vm(Vmid)!.Status, Is.EqualTo("running"));
    }

    [Test]
    public async Task A_paused_vm_stays_paused_in_the_list_and_its_guest_is_not_asked_to_shut_down()
    {
        await using var site = await FoundAsync(("name", "still"));
        var vm = await RowAsync(site);
        await site.DoAsync(vm, VmAction.Start);
        await site.DoAsync(vm, VmAction.Suspend);
        site.Advance(TimeSpan.FromSeconds(30)); // the list counts again

        await ListedAsync(site, row => row.Status == VmStatus.Paused);
        var shutdown = await site.EndedAsync(await site.OperateAsync(vm.Id, VmAction.Shutdown));

        Assert.That((shutdown.Status, shutdown.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.StateNotReached)));
        Assert.That(shutdown.Error.Message, Does.Contain("Resume it first, or stop it"));
        Assert.That(site.TasksOf(vm, "qmshutdown"), Is.Empty);
    }

    /// <summary>A site in whose Proxmox a VM was made that the inventory has taken in from a list alone.</summary>
    private static async Task<Site> FoundAsync(params (string Name, string Value)[] config)
    {
        var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["guests"] });
        await site.CallAsync(HttpMethod.Post, "/nodes/east1/qemu", [("vmid", $"{Vmid}"), ("memory", "512"), ("scsi0", "local-lvm:1"), .. config]);
        await ListedAsync(site, row => row.Status == VmStatus.Stopped);
        return site;
    }

    private static async Task<Vm> ListedAsync(Site site, Func<Vm, bool> holds)
    {
        var inventory = site.Make<InventorySync>();
        return (await site.SeesAsync(
            async there =>
            {
                await inventory.RunOnceAsync(CancellationToken.None);
                await inventory.AllRead;
                return await FindAsync(there);
            },
            vm => vm is not null && holds(vm),
            "the inventory shows it"))!;
    }

    private static async Task<Vm> RowAsync(Site site) => (await FindAsync(site))!;

    private static async Task<Vm?> FindAsync(Site site)
    {
        await using var db = site.Database.OpenAll();
        return db.Vms.SingleOrDefault(vm => vm.ClusterId == site.Cluster.Id && vm.Vmid == Vmid);
    }

    private static async Task ConfigureAsync(Site site, params (string Name, string Value)[] config) =>
        await site.CallAsync(HttpMethod.Put, $"/nodes/east1/qemu/{Vmid}/config", config);

    private static async Task PowerAsync(Site site, string action, string until)
    {
        await site.CallAsync(HttpMethod.Post, $"/nodes/east1/qemu/{Vmid}/status/{action}");
        await site.SeesAsync(there => Task.FromResult(there.Proxmox.Vm(Vmid)!.Status), status => status == until, $"it is {until}");
    }
}
