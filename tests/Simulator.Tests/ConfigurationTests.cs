namespace MultiPanel.Simulator.Tests;

/// <summary>Changes of a configuration: what a running VM takes at once, what waits, and what is refused.</summary>
public sealed class ConfigurationTests
{
    private const string Config = "/nodes/n1/qemu/101/config";

    [Test]
    public async Task Running_vm_takes_network_and_disks_at_once_and_lets_the_rest_wait()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);

        await site.Client.Put(Config, ("net1", "virtio,bridge=vmbr0"), ("scsi1", "shared:1"), ("sata0", "shared:1"), ("cores", 4), ("memory", 4096), ("tags", "b;a"), ("boot", "order=scsi1"));

        Assert.That(await Pending(site), Is.EquivalentTo(new[] { "sata0", "cores", "memory", "boot" }));
    }

    [Test]
    public async Task Hotplug_decides_what_waits()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);
        await site.Client.Put(Config, ("hotplug", "memory"), ("numa", 1));
        await site.Client.Post("/nodes/n1/qemu/101/status/start");
        site.Clock.Advance(TimeSpan.FromMinutes(1));

        await site.Client.Put(Config, ("net1", "virtio,bridge=vmbr0"), ("memory", 4096));

        Assert.That(await Pending(site), Is.EqualTo(new[] { "net1" }));
    }

    [Test]
    public async Task Revert_takes_back_what_waits()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);
        await site.Client.Put(Config, ("cores", 8), ("memory", 4096));

        await site.Client.Put(Config, ("revert", "cores,memory"));

        Assert.That(await Pending(site), Is.Empty);
    }

    [Test]
    public async Task Guest_that_ends_by_itself_leaves_what_waits_for_the_next_start()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);
        await site.Client.Put(Config, ("cores", 8));

        await site.Client.Post("/nodes/n1/qemu/101/agent/shutdown");
        site.Clock.Advance(TimeSpan.FromSeconds(5));
        var stopped = await Pending(site);
        await site.Client.Post("/nodes/n1/qemu/101/status/start");
        site.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.That(stopped, Is.EqualTo(new[] { "cores" }));
        Assert.That(await Pending(site), Is.Empty);
    }

    [Test]
    public async Task Balloon_changes_at_once_but_its_device_comes_and_goes_with_a_start()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);

        await site.Client.Put(Config, ("balloon", 1024));
        var changed = await Pending(site);
        await site.Client.Put(Config, ("balloon", 0));

        Assert.That(changed, Is.Empty);
        Assert.That(await Pending(site), Is.EqualTo(new[] { "balloon" }));
    }

    [Test]
    public async Task Rollback_with_a_start_leaves_the_start_to_a_task_of_its_own()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);
        await site.Client.Post("/nodes/n1/qemu/101/snapshot", ("snapname", "s1"));
        site.Clock.Advance(TimeSpan.FromSeconds(2));

        var upid = (await site.Client.Post("/nodes/n1/qemu/101/snapshot/s1/rollback", ("start", 1))).Text;
        site.Clock.Advance(TimeSpan.FromSeconds(0.5));
        var ended = (site.Task(upid).ExitStatus, site.Cluster.Vm(101)!.Status);
        site.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.That(ended, Is.EqualTo(("OK", "stopped")));
        Assert.That(site.Cluster.Vm(101)!.Status, Is.EqualTo("running"));
        Assert.That(site.Cluster.Tasks[^1].Type, Is.EqualTo("qmstart"));
    }

    [Test]
    public async Task Balloon_larger_than_the_memory_is_refused()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);

        var larger = await site.Client.Put(Config, ("balloon", 4096));
        await site.Client.Put(Config, ("balloon", 1024));
        var smaller = await site.Client.Put(Config, ("memory", 512));

        const string TooLarge = "balloon value too large (must be smaller than assigned memory)";
        Assert.That((larger.Status, larger.Reason), Is.EqualTo((500, TooLarge)));
        Assert.That((smaller.Status, smaller.Reason), Is.EqualTo((500, TooLarge)));
    }

    [TestCase("", "alpha;prod;web")]
    [TestCase("case-sensitive=1", "PROD;Web;alpha;web")]
    [TestCase("case-sensitive=1,ordering=config", "Web;PROD;web;alpha")]
    public async Task Tags_are_kept_as_the_datacenters_style_wants_them(string style, string kept)
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);
        if (style.Length > 0)
        {
            await site.Client.Put("/cluster/options", ("tag-style", style));
        }

        await site.Client.Put(Config, ("tags", "Web;PROD;web;alpha;PROD"));

        Assert.That(site.Cluster.Vm(101)!.Config["tags"], Is.EqualTo(kept));
    }

    [Test]
    public async Task Datacenters_options_are_read_as_they_were_set()
    {
        await using var site = await Site.StartAsync();
        await site.Client.Put("/cluster/options", ("tag-style", "case-sensitive=1"), ("migration", "type=insecure"));
        await site.Client.Put("/cluster/options", ("delete", "migration"));

        var options = (await site.Client.Get("/cluster/options")).Data!.AsObject();

        Assert.That(options["tag-style"]!["case-sensitive"]!.GetValue<string>(), Is.EqualTo("1"));
        Assert.That(options.ContainsKey("migration"), Is.False);
    }

    [TestCase("current")]
    [TestCase("pending")]
    public async Task Snapshot_names_that_mean_something_else_are_refused(string name)
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);

        var refused = await site.Client.Post("/nodes/n1/qemu/101/snapshot", ("snapname", name));

        Assert.That((refused.Status, refused.Reason), Is.EqualTo((500, $"unable to use snapshot name '{name}' (reserved name)")));
    }

    [Test]
    public async Task Disk_to_boot_from_gives_the_listed_size()
    {
        await using var site = await Site.StartAsync();
        await site.Client.Post("/nodes/n1/qemu", ("vmid", 101), ("memory", 128), ("scsi0", "shared:5"), ("virtio0", "shared:3"), ("boot", "c"), ("bootdisk", "virtio0"));
        await site.Client.Post("/nodes/n1/qemu", ("vmid", 102), ("memory", 128), ("scsi0", "shared:5"), ("virtio0", "shared:3"), ("boot", "order=net0;virtio0;scsi0"));
        site.Clock.Advance(TimeSpan.FromSeconds(11));

        Assert.That((await site.Resource(101))["maxdisk"]!.GetValue<long>(), Is.EqualTo(3L << 30));
        Assert.That((await site.Resource(102))["maxdisk"]!.GetValue<long>(), Is.EqualTo(3L << 30));
    }

    [Test]
    public async Task Storage_that_is_not_for_disks_is_refused_before_anything_begins()
    {
        await using var site = await Site.StartAsync(options => options with
        {
            Clusters = [options.Clusters[0] with { Storages = [.. options.Clusters[0].Storages, new("isos", "dir", 1L << 40) { Content = "iso,backup" }] }],
        });
        await site.MadeClone(101);

        var answers = new[]
        {
            await site.Client.Post($"/nodes/n1/qemu/{Site.Template}/clone", ("newid", 102), ("full", 1), ("storage", "isos")),
            await site.Client.Post("/nodes/n1/qemu", ("vmid", 103), ("scsi0", "isos:1")),
            await site.Client.Post("/nodes/n1/qemu/101/move_disk", ("disk", "scsi0"), ("storage", "isos")),
        };

        Assert.That(answers.Select(answer => (answer.Status, answer.Json!["errors"]!["storage"]!.GetValue<string>())), Has.All.EqualTo((400, "storage 'isos' does not support vm images")));
        Assert.That(site.Cluster.Vms.Select(vm => vm.VmId), Is.EqualTo(new[] { 101, Site.Template }));
    }

    [TestCase("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me", 200)]
    [TestCase("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAB me", 500)]
    [TestCase("hello", 500)]
    public async Task Ssh_keys_must_be_whole(string key, int status)
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);

        var answer = await site.Client.Put(Config, ("sshkeys", Uri.EscapeDataString(key)));

        Assert.That((answer.Status, answer.Reason), Is.EqualTo((status, status == 200 ? "OK" : "SSH public key validation error")));
    }

    [Test]
    public async Task Cloud_init_files_follow_the_configuration()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101, ("name", "desk"));
        await site.Client.Put(Config, ("ciuser", "ann"), ("searchdomain", "example"), ("ciupgrade", 0), ("net0", "virtio=BC:24:11:00:00:01,bridge=vmbr0"), ("ipconfig0", "ip=10.0.0.5/24,gw=10.0.0.1"), ("nameserver", "10.0.0.53"));

        var user = (await site.Client.Get("/nodes/n1/qemu/101/cloudinit/dump?type=user")).Text;
        var network = (await site.Client.Get("/nodes/n1/qemu/101/cloudinit/dump?type=network")).Text;

        Assert.That(user, Is.EqualTo("#cloud-config\nhostname: desk\nmanage_etc_hosts: true\nfqdn: desk.example\nuser: ann\nchpasswd:\n  expire: False\nusers:\n  - default\n"));
        Assert.That(network, Is.EqualTo(
            "version: 1\nconfig:\n    - type: physical\n      name: eth0\n      mac_address: 'bc:24:11:00:00:01'\n      subnets:\n      - type: static\n        address: '10.0.0.5/24'\n"
            + "        gateway: '10.0.0.1'\n    - type: nameserver\n      address:\n      - '10.0.0.53'\n"));
    }

    private static async Task<IEnumerable<string>> Pending(Site site) => (await site.Client.Get("/nodes/n1/qemu/101/pending")).Data!.AsArray()
        .Where(row => row!.AsObject().ContainsKey("pending") || row!.AsObject().ContainsKey("delete")).Select(row => row!["key"]!.GetValue<string>());
}
