using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.VmOperations;

/// <summary>What is set can be read again, and the same again changes nothing.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ReconfigureTests
{
    private const string Write = "PUT /nodes/{node}/qemu/{vmid}/config", Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ me@laptop";

    [Test]
    public async Task All_that_is_set_is_read_again_and_the_same_again_changes_nothing()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        var changes = new VmChanges
        {
            Name = "web2",
            Cores = 2,
            Sockets = 2,
            Cpu = "host",
            MemoryMb = 4096,
            BalloonMb = 1024,
            Networks = [new NetworkOptions { Bridge = "vmbr0", Tag = 12, Firewall = true, Mtu = 1400 }, new NetworkOptions { Bridge = "vmbr0", Model = "e1000", Mac = "BC:24:11:00:00:01", LinkDown = true }],
            OnBoot = true,
            Protection = true,
            Description = "for tests",
            Tags = ["blue", "green"],
            CloudInit = new CloudInit { User = "anna", SshKeys = Key, IpConfig = "ip=10.0.0.5/24,gw=10.0.0.1", IpConfig1 = "ip=dhcp", Nameserver = "10.0.0.2", SearchDomain = "corp.example" },
        };

        var first = await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = changes });
        var config = (await site.RowAsync(vm.Id))!.Config!;
        var written = site.Proxmox.Calls[Write];
        var second = await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = changes });

        Assert.That((first.Message, second.Message), Is.EqualTo(("Done", "Nothing to change: it is so already")));
        Assert.That(site.Proxmox.Calls[Write], Is.EqualTo(written));
        Assert.That((config.CoresPerSocket, config.Sockets, config.CpuType, config.BalloonMb, config.OnBoot, config.Protection, config.Description), Is.EqualTo((2, 2, "host", 1024, true, true, "for tests")));
        Assert.That(config.Nics.Select(nic => (nic.Slot, nic.Model, nic.Bridge, nic.Tag, nic.Firewall, nic.LinkDown, nic.Mtu)), Is.EqualTo(new[]
        {
            ("net0", "virtio", "vmbr0", (int?)12, true, false, (int?)1400), ("net1", "e1000", "vmbr0", null, false, true, null),
        }));
        Assert.That(config.CloudInit, Is.EqualTo(new CloudInitView
        {
            User = "anna",
            SshKeys = Key,
            IpConfig = "ip=10.0.0.5/24,gw=10.0.0.1",
            IpConfig1 = "ip=dhcp",
            Nameserver = "10.0.0.2",
            SearchDomain = "corp.example",
        }));
    }

    [Test]
    public async Task Only_what_differs_is_written()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = new VmChanges { Protection = true, Tags = ["blue"] } });
        await site.CallAsync(HttpMethod.Put, $"/nodes/{vm.Node}/qemu/{vm.Vmid}/config", ("cores", "4"));

        await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = new VmChanges { Protection = false, Tags = ["blue"], Cores = 4 } });

        Assert.That((site.InProxmox(vm)!.Config["protection"], site.InProxmox(vm)!.Config["cores"]), Is.EqualTo(("0", "4")));
    }

    [Test]
    public async Task Settings_that_were_written_reach_the_guest_though_its_drive_could_not_be_made_at_once()
    {
        const string Drive = "PUT /nodes/{node}/qemu/{vmid}/cloudinit";
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        site.Proxmox.Faults.Fail(500, $"can't lock file '/var/lock/qemu-server/lock-{vm.Vmid}.conf' - got timeout", times: null, path: "/nodes/*/qemu/*/cloudinit", method: "PUT");
        var job = await site.OperateAsync(vm.Id, VmAction.Reconfigure, command => command with { Changes = new VmChanges { CloudInit = new CloudInit { User = "anna" } } });
        await site.UntilAsync(job, row => row.Steps[0].TroubleSince is not null, "the drive could not be made");
        site.Proxmox.Faults.Clear();
        var tried = site.Proxmox.Calls.GetValueOrDefault(Drive);

        site.Advance(TimeSpan.FromSeconds(10));

        await site.SucceededAsync(job);
        Assert.That(site.Proxmox.Calls.GetValueOrDefault(Drive), Is.GreaterThan(tried));
    }

    [Test]
    public async Task Settings_whose_job_failed_at_the_drive_reach_the_guest_by_the_next_job()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        var changes = new VmChanges { CloudInit = new CloudInit { User = "anna" } };
        site.Proxmox.Faults.Fail(500, "unable to create image", times: 1, path: "/nodes/*/qemu/*/cloudinit", method: "PUT");
        var failed = await site.EndedAsync(await site.OperateAsync(vm.Id, VmAction.Reconfigure, command => command with { Changes = changes }));
        Assert.That((failed.Status, site.InProxmox(vm)!.Config["ciuser"]), Is.EqualTo((JobStatus.Failed, "anna")));
        var made = site.Proxmox.Calls.GetValueOrDefault("PUT /nodes/{node}/qemu/{vmid}/cloudinit");

        await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = changes });

        Assert.That(site.Proxmox.Calls.GetValueOrDefault("PUT /nodes/{node}/qemu/{vmid}/cloudinit"), Is.EqualTo(made + 1));
    }

    [Test]
    public async Task Cores_that_are_so_already_leave_the_number_that_is_plugged_in()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        await site.CallAsync(HttpMethod.Put, $"/nodes/{vm.Node}/qemu/{vm.Vmid}/config", ("cores", "8"), ("vcpus", "2"));

        await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = new VmChanges { Cores = 8, Description = "x" } });
        Assert.That(site.InProxmox(vm)!.Config["vcpus"], Is.EqualTo("2"));

        await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = new VmChanges { Cores = 6 } });
        Assert.That(site.InProxmox(vm)!.Config, Does.Not.ContainKey("vcpus"));
    }

    [Test]
    public async Task Cards_stay_in_their_slots_where_there_are_gaps()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        await site.CallAsync(HttpMethod.Put, $"/nodes/{vm.Node}/qemu/{vm.Vmid}/config", ("net3", "e1000=BC:24:11:00:00:03,bridge=vmbr0,rate=5"));

        await SetAsync(site, vm, new NetworkOptions { Bridge = "vmbr0" }, new NetworkOptions { Bridge = "vmbr0", Tag = 7 }, new NetworkOptions { Bridge = "vmbr0" });
        Assert.That(Cards(site, vm), Is.EqualTo(new[] { "net0", "net3", "net4" }));
        Assert.That(site.InProxmox(vm)!.Config["net3"], Is.EqualTo("e1000=BC:24:11:00:00:03,bridge=vmbr0,rate=5,tag=7"));
        await SetAsync(site, vm, new NetworkOptions { Bridge = "vmbr0" });
        Assert.That(Cards(site, vm), Is.EqualTo(new[] { "net0" }));
    }

    private static async Task SetAsync(Site site, Vm vm, params NetworkOptions[] cards) =>
        await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = new VmChanges { Networks = cards } });

    private static IEnumerable<string> Cards(Site site, Vm vm) =>
        site.InProxmox(vm)!.Config.Keys.Where(key => key.StartsWith("net", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
}
