using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.TestKit;
using MultiPanel.Workers.Guests;
using MultiPanel.Workers.Inventory;

namespace MultiPanel.Workers.Tests.Guests;

/// <summary>What the guests say of their network: asked sparingly, and never on the way of a job.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class GuestWatchTests
{
    private const string Question = "GET /nodes/{node}/qemu/{vmid}/agent/network-get-interfaces";

    [Test]
    public async Task A_started_vm_has_its_addresses_again_with_interface_and_card()
    {
        await using var site = await StartAsync();
        var vm = await site.MakeVmAsync();
        await site.DoAsync(vm, VmAction.Start);
        Assert.That((Asked(site), (await site.RowAsync(vm.Id))!.Addresses), Is.EqualTo((0, new List<string>())), "the job does not ask");

        var first = await AnsweredAsync(site, vm);
        await site.DoAsync(vm, VmAction.Stop);
        Assert.That((await site.RowAsync(vm.Id))!.Addresses, Is.Empty);
        await site.DoAsync(vm, VmAction.Start);
        var second = await AnsweredAsync(site, vm);

        foreach (var row in new[] { first, second })
        {
            var shown = row.Guest!.Interfaces[0];
            Assert.That((shown.Nic, shown.Mac), Is.EqualTo(("net0", row.Config!.Nics[0].Mac)).IgnoreCase);
            Assert.That(row.Addresses, Is.EqualTo(shown.Addresses).And.Not.Empty);
            Assert.That(row.GuestDueAt, Is.Null);
        }
    }

    [TestCase(VmAction.Reboot)]
    [TestCase(VmAction.Reset)]
    public async Task After_a_reboot_it_is_asked_again(VmAction action)
    {
        await using var site = await StartAsync();
        var vm = await site.MakeVmAsync();
        await site.DoAsync(vm, VmAction.Start);
        await AnsweredAsync(site, vm);
        var before = Asked(site);

        await site.DoAsync(vm, action);
        await AnsweredAsync(site, vm);

        Assert.That(Asked(site), Is.GreaterThan(before));
    }

    /// <summary>A reboot from inside the guest keeps its QEMU; one by Proxmox makes a new one, which shows in the uptime.</summary>
    [Test]
    public async Task After_a_reboot_in_proxmox_itself_it_is_asked_again()
    {
        await using var site = await StartAsync();
        var vm = await site.MakeVmAsync();
        await site.DoAsync(vm, VmAction.Start);
        await AnsweredAsync(site, vm);
        site.Advance(TimeSpan.FromSeconds(30));
        var inventory = site.Make<InventorySync>();
        await site.SeesAsync(there => UptimeAsync(there, vm), uptime => uptime > 2, "its uptime can become shorter");
        await ReadAsync();
        var before = Asked(site);

        await site.CallAsync(HttpMethod.Post, $"/nodes/{vm.Node}/qemu/{vm.Vmid}/status/reboot");
        await site.SeesAsync(
            async there =>
            {
                await ReadAsync();
                return (await there.RowAsync(vm.Id))!.GuestDueAt;
            },
            due => due is not null,
            "its guest is due");
        await AnsweredAsync(site, vm);

        Assert.That(Asked(site), Is.GreaterThan(before));

        async Task ReadAsync()
        {
            await inventory.RunOnceAsync(CancellationToken.None);
            await inventory.AllRead;
        }
    }

    [Test]
    public async Task After_a_resume_it_is_asked_again()
    {
        await using var site = await StartAsync();
        var vm = await site.MakeVmAsync();
        await site.DoAsync(vm, VmAction.Start);
        await using (var db = site.Database.OpenAll())
        {
            var row = db.Vms.Single(known => known.Id == vm.Id);
            (row.Addresses, row.GuestDueAt) = (["10.0.0.5"], null);
            await db.SaveChangesAsync();
        }

        await site.DoAsync(vm, VmAction.Suspend);
        var frozen = (await site.RowAsync(vm.Id))!;
        await site.DoAsync(vm, VmAction.Resume);
        var resumed = (await site.RowAsync(vm.Id))!;

        Assert.That((frozen.Addresses, frozen.GuestDueAt), Is.EqualTo((new List<string> { "10.0.0.5" }, (DateTime?)null)), "the frozen guest keeps them, and cannot be asked");
        Assert.That((resumed.Addresses, resumed.GuestDueAt is not null), Is.EqualTo((new List<string> { "10.0.0.5" }, true)));
    }

    [Test]
    public async Task A_guest_that_stays_silent_is_asked_a_few_times_and_then_left_alone()
    {
        await using var site = await StartAsync();
        var vm = await site.MakeVmAsync();
        site.Proxmox.Faults.KeepAgentDown(vm.Vmid!.Value);
        await site.DoAsync(vm, VmAction.Start);
        var pauses = new List<TimeSpan>();

        for (var due = (await site.RowAsync(vm.Id))!.GuestDueAt; due is not null; due = (await site.RowAsync(vm.Id))!.GuestDueAt)
        {
            var wait = due.Value - site.Clock.GetUtcNow().UtcDateTime;
            pauses.Add(wait);
            site.Advance(wait + TimeSpan.FromSeconds(1));
            await RoundAsync(site);
        }

        Assert.That(pauses, Is.Ordered.And.Count.EqualTo(7), "the pauses grow");
        Assert.That(Asked(site), Is.EqualTo(7));
        site.Advance(TimeSpan.FromDays(1));
        await RoundAsync(site);
        Assert.That(Asked(site), Is.EqualTo(7), "until its next start");
    }

    [Test]
    public async Task A_vm_whose_agent_is_off_is_never_asked()
    {
        await using var site = await StartAsync();
        var vm = await site.MakeVmAsync();
        await site.CallAsync(HttpMethod.Put, $"/nodes/{vm.Node}/qemu/{vm.Vmid}/config", ("agent", "0"));
        await site.DoAsync(vm, VmAction.Start);

        site.Advance(TimeSpan.FromMinutes(1));
        await RoundAsync(site);

        Assert.That(Asked(site), Is.Zero);
        Assert.That((await site.RowAsync(vm.Id))!.GuestDueAt, Is.Null);
    }

    [Test]
    public async Task Another_vm_on_its_vmid_is_not_asked()
    {
        await using var site = await StartAsync();
        var vm = await site.MakeVmAsync();
        await site.DoAsync(vm, VmAction.Start);
        await using (var db = site.Database.OpenAll())
        {
            var row = db.Vms.Single(known => known.Id == vm.Id);
            (row.CreatedByJob, row.Uuid) = (Guid.NewGuid(), "another");
            await db.SaveChangesAsync();
        }

        site.Advance(TimeSpan.FromMinutes(1));
        await RoundAsync(site);

        Assert.That((Asked(site), (await site.RowAsync(vm.Id))!.Addresses), Is.EqualTo((0, new List<string>())));
    }

    [Test]
    public async Task A_running_vm_that_is_found_is_looked_at_once_and_has_its_uuid_config_and_addresses()
    {
        await using var site = await StartAsync();
        var vm = await site.MakeVmAsync();
        await site.DoAsync(vm, VmAction.Start);
        await ForgetAsync(site, vm);
        await ListAsync(site);

        var found = await AnsweredAsync(site, vm);

        Assert.That((found.CreatedByJob, found.Uuid, found.Config!.Agent), Is.EqualTo(((Guid?)null, vm.Uuid, true)));
    }

    [Test]
    public async Task A_size_changed_in_proxmox_itself_is_learned_from_the_config()
    {
        await using var site = await StartAsync();
        var vm = await site.MakeVmAsync();
        site.Advance(TimeSpan.FromSeconds(30));
        await ListAsync(site);
        await site.CallAsync(HttpMethod.Put, $"/nodes/{vm.Node}/qemu/{vm.Vmid}/config", ("cores", "6"), ("memory", "8192"));

        await site.SeesAsync(
            async there =>
            {
                await ListAsync(there);
                await RoundAsync(there);
                return (await there.RowAsync(vm.Id))!;
            },
            row => (row.Cores, row.MemoryMb) == (6, 8192),
            "the row has the new size");

        Assert.That((await site.RowAsync(vm.Id))!.Config, Is.Not.Null.And.Property(nameof(VmConfigView.Outdated)).False);
    }

    private static Task<Site> StartAsync() => Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["guests"] });

    private static async Task<long> UptimeAsync(Site site, Vm vm) => (await site.CallAsync(HttpMethod.Get, "/cluster/resources?type=vm")).EnumerateArray()
        .Single(row => row.GetProperty("vmid").GetInt32() == vm.Vmid).TryGetProperty("uptime", out var uptime) ? uptime.GetInt64() : 0; // not broadcast yet

    private static int Asked(Site site) => site.Proxmox.Calls.GetValueOrDefault(Question);

    private static async Task<Vm> AnsweredAsync(Site site, Vm vm)
    {
        return await site.SeesAsync(
            async there =>
            {
                there.Advance(TimeSpan.FromSeconds(20));
                await RoundAsync(there);
                await using var db = there.Database.OpenAll();
                return db.Vms.Single(row => row.ClusterId == vm.ClusterId && row.Vmid == vm.Vmid);
            },
            row => row.GuestDueAt is null,
            "the guest has answered");
    }

    private static async Task RoundAsync(Site site)
    {
        var watch = site.Make<GuestWatch>();
        await watch.RunOnceAsync(CancellationToken.None);
        await watch.AllAsked;
    }

    private static async Task ListAsync(Site site)
    {
        var inventory = site.Make<InventorySync>();
        await inventory.RunOnceAsync(CancellationToken.None);
        await inventory.AllRead;
    }

    /// <summary>As if another program had made the VM: neither a row nor a marker of the panel is left.</summary>
    private static async Task ForgetAsync(Site site, Vm vm)
    {
        await site.CallAsync(HttpMethod.Put, $"/nodes/{vm.Node}/qemu/{vm.Vmid}/config", ("description", "found"), ("tags", "found"));
        await using var db = site.Database.OpenAll();
        db.Vms.Remove(db.Vms.Single(row => row.Id == vm.Id));
        await db.SaveChangesAsync();
        await site.SeesAsync(
            async there => (await there.CallAsync(HttpMethod.Get, "/cluster/resources?type=vm")).EnumerateArray()
                .Any(row => row.GetProperty("vmid").GetInt32() == vm.Vmid && row.TryGetProperty("tags", out var tags) && tags.GetString() == "found"),
            listed => listed,
            "Proxmox lists it without our tags");
    }
}
