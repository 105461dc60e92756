using MultiPanel.Proxmox.Tests.Stub;

namespace MultiPanel.Proxmox.Tests.Recorded;

/// <summary>What the real Proxmox VE answered, through the typed calls.</summary>
internal sealed class RecordedReadTests
{
    private static async Task<T> Ask<T>(string name, Func<PveClient, Task<T>> call)
    {
        var recording = Recordings.Named(name);
        await using var pve = new PveStub(_ => recording.Answer);
        await using var client = pve.Client();
        var value = await call(client);
        Assert.That($"{pve.Requests[0]}", Is.EqualTo($"{recording.Method} {recording.Path}"), "the call goes where the recording went");
        return value;
    }

    [Test]
    public async Task The_version_is_read() =>
        Assert.That(await Ask("9.1.8/130-version", pve => pve.VersionAsync()), Is.EqualTo(new PveVersion("9.1.8", "9.1", "a8e257e1ad64dd92")));

    [Test]
    public async Task What_is_pending_of_a_running_vm_is_read_with_its_config()
    {
        var seen = await Ask("9.2.11/090-pending-change-running", pve => pve.Qemu.PendingAsync("pve1", 700));

        Assert.That(seen.Changes.Select(change => $"{change.Key} {change.Now} {change.Then}"), Is.EqualTo(new[] { "cores 1 2", "memory 192 256" }));
        Assert.That((seen.Config.Cores, seen.Config.MemoryMb, seen.Config.Name, seen.Config.AgentEnabled), Is.EqualTo((2, 256, "rec-run", true)));
    }

    [Test]
    public async Task A_node_that_is_off_is_listed_as_such()
    {
        var nodes = await Ask("9.1.8-failures/005-node-down-12s-nodes", pve => pve.Nodes.ListAsync());

        Assert.That(nodes.Where(node => node.Online).Select(node => node.Node), Is.EquivalentTo(new[] { "pve1", "pve2" }));
        Assert.That(nodes.Single(node => node.Node == "pve3").SslFingerprint, Does.StartWith("B0:B1:0A"));
        Assert.That(nodes.Single(node => node.Node == "pve1").MaxMem, Is.EqualTo(25276514304));
    }

    [Test]
    public async Task The_cluster_tells_its_quorum_and_who_is_online()
    {
        var status = await Ask("9.1.8-failures/004-node-down-12s-cluster-status", pve => pve.Cluster.StatusAsync());

        Assert.That((status.Name, status.Quorate), Is.EqualTo(("sandbox", true)));
        Assert.That(status.Nodes.Single(node => !node.Online).Name, Is.EqualTo("pve3"));
        Assert.That((await Ask("9.1.8-failures/008-no-quorum-cluster-status", pve => pve.Cluster.StatusAsync())).Quorate, Is.False);
    }

    [Test]
    public async Task Resources_tell_where_vms_are_and_new_ones_little_else()
    {
        var resources = await Ask("9.1.8/134-cluster-resources-vm", pve => pve.Cluster.ResourcesAsync("vm"));
        var fresh = await Ask("9.1.8/017-x-resources-right-after-clone", pve => pve.Cluster.ResourcesAsync("vm"));

        Assert.Multiple(() =>
        {
            Assert.That(resources.Single(vm => vm.VmId == 100), Has.Property("Template").True.And.Property("Node").EqualTo("pve1").And.Property("Name").EqualTo("tmpl"));
            Assert.That(resources.Single(vm => vm.VmId == 101), Has.Property("Pool").EqualTo("p1").And.Property("Status").EqualTo("running"));
            Assert.That(fresh.Select(vm => (vm.Status, vm.Name)), Is.All.EqualTo(("unknown", (string?)null)));
        });
    }

    [Test]
    public async Task The_next_id_is_read_from_a_text() => Assert.That(await Ask("9.1.8/135-cluster-nextid", pve => pve.Cluster.NextIdAsync()), Is.EqualTo(104));

    [Test]
    public async Task A_node_tells_its_memory_and_its_storages()
    {
        var status = await Ask("9.1.8/139-node-status", pve => pve.Nodes.StatusAsync("pve1"));
        var storages = await Ask("9.1.8/140-node-storage", pve => pve.Nodes.StoragesAsync("pve1"));
        var configured = await Ask("9.1.8/141-storage", pve => pve.Storages.ListAsync());
        var volumes = await Ask("9.1.8/142-storage-content", pve => pve.Nodes.StorageContentAsync("pve1", "shared"));

        Assert.Multiple(() =>
        {
            Assert.That((status.MemoryTotal, status.RootTotal, status.LoadAverage.Count), Is.EqualTo((25276514304L, 270553174016L, 3)));
            Assert.That(storages.Single(storage => storage.Shared), Has.Property("Storage").EqualTo("shared").And.Property("Active").True);
            Assert.That(storages.Single(storage => !storage.Shared).Content, Does.Contain("images").And.Contain("iso"));
            Assert.That(configured.Select(storage => storage.Storage), Is.EquivalentTo(new[] { "local", "shared" }));
            Assert.That(volumes.Single(volume => volume.VmId == 101 && volume.Parent is not null).Parent, Is.EqualTo("../100/base-100-disk-0.qcow2"));
        });
    }

    [Test]
    public async Task A_configuration_is_read()
    {
        var config = await Ask("9.1.8/242-config-linked", pve => pve.Qemu.ConfigAsync("pve1", 202));

        Assert.Multiple(() =>
        {
            Assert.That((config.Name, config.Description, config.MemoryMb, config.Cores), Is.EqualTo(("linked1", "line1\nline2", 48, 1)));
            Assert.That(config.Tags, Is.EqualTo(new[] { "a", "b" }));
            Assert.That(config.AgentEnabled, Is.True);
            Assert.That(config.Disks.Keys, Is.EquivalentTo(new[] { "scsi0", "scsi1", "ide2" }));
            Assert.That((config.Disks["scsi0"].VolId, config.Disks["scsi0"].Size), Is.EqualTo(("local:202/vm-202-disk-0.qcow2", 1088L << 20)));
            Assert.That((config.Disks["ide2"].IsCloudInit, config.Disks["ide2"].IsCdrom), Is.EqualTo((true, true)));
        });
    }

    [Test]
    public async Task A_running_clone_shows_a_stub() =>
        Assert.That(
            await Ask("9.1.8-failures/078-task-running-clone-config", pve => pve.Qemu.ConfigAsync("pve1", 360)),
            Has.Property("Lock").EqualTo("clone").And.Property("Description").EqualTo(" qmclone temporary file"));

    [Test]
    public async Task A_vm_tells_its_state()
    {
        var running = await Ask("9.1.8-extra/009-status-current-running", pve => pve.Qemu.StatusAsync("pve1", 100));
        var paused = await Ask("9.1.8/061-x-status-paused", pve => pve.Qemu.StatusAsync("pve3", 101));
        var suspended = await Ask("9.1.8/072-x-status-suspended", pve => pve.Qemu.StatusAsync("pve3", 101));
        var list = await Ask("9.1.8/190-qemu-list", pve => pve.Qemu.ListAsync("pve1"));

        Assert.Multiple(() =>
        {
            Assert.That((running.VmId, running.IsRunning, running.Uptime, running.AgentEnabled, running.HaManaged), Is.EqualTo((100, true, TimeSpan.FromSeconds(15), true, false)));
            Assert.That((paused.Status, paused.QmpStatus), Is.EqualTo(("running", "paused")));
            Assert.That(suspended.Lock, Is.EqualTo("suspended"));
            Assert.That(list.Single(vm => vm.VmId == 200).Tags, Is.EqualTo(new[] { "a", "b" }));
            Assert.That(list.Single(vm => vm.VmId == 100).Template, Is.True);
        });
    }

    [Test]
    public async Task Snapshots_tell_what_they_follow_on()
    {
        var snapshots = await Ask("9.1.8/213-snapshots", pve => pve.Qemu.SnapshotsAsync("pve1", 200));

        Assert.That(snapshots.Single(snapshot => snapshot.IsCurrent).Parent, Is.EqualTo("ram"));
        Assert.That(snapshots.Single(snapshot => snapshot.VmState), Has.Property("Name").EqualTo("ram").And.Property("Parent").EqualTo("live"));
        Assert.That(snapshots.Single(snapshot => snapshot.Name == "s1").Time?.ToUnixTimeSeconds(), Is.EqualTo(1795362767));
    }

    [Test]
    public async Task A_vm_tells_where_it_may_move()
    {
        var conditions = await Ask("9.1.8/051-migrate-preconditions", pve => pve.Qemu.MigratePreconditionsAsync("pve2", 101));

        Assert.That(conditions.Running, Is.True);
        Assert.That(conditions.AllowedNodes, Is.EquivalentTo(new[] { "pve1", "pve3" }));
        Assert.That(conditions.NotAllowedNodes, Is.Empty);
    }

    [Test]
    public async Task The_agent_tells_addresses_and_system()
    {
        var interfaces = await Ask("9.1.8/024-agent-network-get-interfaces", pve => pve.Agent.NetworkInterfacesAsync("pve2", 101));
        var system = await Ask("9.1.8/025-agent-get-osinfo", pve => pve.Agent.OsInfoAsync("pve2", 101));

        Assert.That(await Ask("9.1.8/023-agent-ping", pve => pve.Agent.PingAsync("pve2", 101)), Is.True);
        Assert.That(interfaces.SelectMany(card => card.Addresses).Select(address => address.Reachable).OfType<string>(), Is.EqualTo(new[] { "10.77.1.81" }));
        Assert.That((system.Id, system.PrettyName, system.Machine), Is.EqualTo(("tiny", "Tiny Linux 1 (sandbox guest)", "x86_64")));
    }

    [Test]
    public async Task A_console_s_port_is_read_from_a_text()
    {
        var proxy = await Ask("9.1.8/195-vncproxy", pve => pve.Qemu.VncProxyAsync("pve1", 200));

        Assert.That((proxy.Port, proxy.Upid.Type, proxy.Password), Is.EqualTo((5900, "vncproxy", (string?)null)));
        Assert.That(proxy.Ticket, Does.StartWith("PVEVNC:"));
    }

    [Test]
    public async Task Permissions_are_read_by_path()
    {
        var permissions = await Ask("9.1.8/129-permissions", pve => pve.Access.PermissionsAsync());

        Assert.That(permissions["/vms"], Does.Contain("VM.Clone").And.Contain("VM.Audit"));
        Assert.That(permissions.Keys, Does.Contain("/vms/101"));
    }
}
