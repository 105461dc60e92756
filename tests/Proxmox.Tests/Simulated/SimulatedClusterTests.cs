using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Proxmox.Tests.Stub;
using MultiPanel.Simulator;

namespace MultiPanel.Proxmox.Tests.Simulated;

/// <summary>The whole way of a VM, over TLS with a pinned certificate, on the simulator; its clock moves at the test's word.</summary>
internal sealed class SimulatedClusterTests
{
    private const int Template = 9010;
    private const string Node = "east1";

    private readonly ShiftedTime time = new();
    private PveSimulator simulator = null!;
    private SimulatedCluster cluster = null!;

    [SetUp]
    public async Task Start()
    {
        simulator = await PveSimulator.StartAsync(SimulatorOptions.Demo() with { Clock = time });
        cluster = simulator["pve-east"];
    }

    [TearDown]
    public async Task Stop() => await simulator.DisposeAsync();

    private PveClient Client(PveCredential? credential = null) => new(new PveConnection
    {
        Endpoints = cluster.Endpoints,
        Credential = credential ?? new PveApiToken(cluster.TokenId, cluster.TokenSecret),
        Fingerprint = cluster.Fingerprint,
    });

    private async Task Succeeds(PveClient client, Task<Upid> start)
    {
        var upid = await start;
        time.Advance(TimeSpan.FromMinutes(10));
        var status = await client.Tasks.StatusAsync(upid);
        Assert.That(status.Exit?.IsSuccess, Is.True, $"{upid.Type}: {status.Exit}");
    }

    [Test]
    public async Task A_vm_is_cloned_configured_run_rolled_back_moved_and_deleted()
    {
        await using var client = Client();
        var qemu = client.Qemu;

        await Succeeds(client, qemu.CloneAsync(Node, Template, new CloneRequest(500) { Name = "desk", Description = "marker" }));
        await qemu.ConfigureAsync(Node, 500, new Dictionary<string, string> { ["cores"] = "3", ["tags"] = "multipanel;job-1" });
        var config = await qemu.ConfigAsync(Node, 500);
        Assert.That((config.Name, config.Description, config.Cores, config.Tags), Is.EqualTo(("desk", "marker", 3, config.Tags)));
        Assert.That(config.Tags, Does.Contain("job-1"));

        var disk = config.Disks.Values.First(drive => !drive.IsCdrom);
        await Succeeds(client, qemu.ResizeAsync(Node, 500, disk.Slot, "+8G"));
        Assert.That((await qemu.ConfigAsync(Node, 500)).Disks[disk.Slot].Size, Is.EqualTo(disk.Size + (8L << 30)));

        await Succeeds(client, qemu.SnapshotAsync(Node, 500, "ready", "clean"));
        await Succeeds(client, qemu.StartAsync(Node, 500));
        Assert.That((await qemu.StatusAsync(Node, 500)).IsRunning, Is.True);
        Assert.That(await client.Agent.PingAsync(Node, 500), Is.True);
        Assert.That(await client.Agent.NetworkInterfacesAsync(Node, 500), Is.Not.Empty);

        await Succeeds(client, qemu.StopAsync(Node, 500));
        await Succeeds(client, qemu.RollbackAsync(Node, 500, "ready"));
        Assert.That((await qemu.SnapshotsAsync(Node, 500)).Select(snapshot => snapshot.Name), Does.Contain("ready"));
        await Succeeds(client, qemu.DeleteSnapshotAsync(Node, 500, "ready"));

        await Succeeds(client, qemu.MigrateAsync(Node, 500, "east2"));
        var moved = await client.ObserveVmAsync(500, Node) as Sighting<VmSight>.Exists;
        Assert.That(moved?.Value.Node, Is.EqualTo("east2"));

        await Succeeds(client, qemu.DeleteAsync("east2", 500, purge: true));
        Assert.That(await client.ObserveVmAsync(500, "east2"), Is.TypeOf<Sighting<VmSight>.Gone>());
    }

    [Test]
    public async Task A_clone_to_a_taken_id_is_refused_and_a_full_storage_fails_in_the_task()
    {
        await using var client = Client();

        Assert.ThrowsAsync<PveAlreadyExistsException>(async () => await client.Qemu.CloneAsync(Node, Template, new CloneRequest(Template)));
        Assert.ThrowsAsync<PveAlreadyExistsException>(async () => await client.Cluster.NextIdAsync(Template));

        var upid = await client.Qemu.CloneAsync(Node, Template, new CloneRequest(501) { Full = true, Storage = "tiny-full" });
        time.Advance(TimeSpan.FromMinutes(10));
        var exit = (await client.Tasks.StatusAsync(upid)).Exit as TaskExit.Failed;
        Assert.That(exit, Is.Not.Null);
        var log = await client.Tasks.LogTailAsync(upid, 20);
        Assert.That(PveException.FromTask(upid, exit!.Text, log.Lines), Is.TypeOf<PveStorageFullException>(), exit.Text);
    }

    [Test]
    public async Task A_running_task_is_listed_with_its_log_and_can_be_stopped()
    {
        await using var client = Client();

        var upid = await client.Qemu.CloneAsync(Node, Template, new CloneRequest(502) { Full = true });
        var listed = (await client.Tasks.ListAsync(Node, upid.StartTime)).Single(task => task.Upid == upid);
        Assert.That(listed.Status.IsRunning, Is.True);
        Assert.That((await client.Cluster.TasksAsync()).Select(task => task.Upid), Does.Contain(upid));
        Assert.That((await client.Tasks.LogTailAsync(upid, 20)).Lines[0], Is.EqualTo($"creating a clone of VM {Template} with ID 502"));

        await client.Tasks.StopAsync(upid);
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.That((await client.Tasks.StatusAsync(upid)).Exit, Is.TypeOf<TaskExit.Failed>());
    }

    [Test]
    public async Task A_clone_whose_answer_is_lost_was_made_once()
    {
        await using var client = Client();
        cluster.Faults.LoseAnswers(path: "*clone");

        var failure = Assert.CatchAsync<PveException>(async () => await client.Qemu.CloneAsync(Node, Template, new CloneRequest(505)));

        Assert.That(failure.OutcomeUnknown, Is.True);
        Assert.That(cluster.Tasks.Count(task => task.Upid.Contains("qmclone", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_password_signs_in_and_its_ticket_is_renewed()
    {
        var credential = new PvePassword("root@pam", cluster.RootPassword);
        await using var client = new PveClient(
            new PveConnection { Endpoints = cluster.Endpoints, Credential = credential, Fingerprint = cluster.Fingerprint },
            time: time);

        await Succeeds(client, client.Qemu.CloneAsync(Node, Template, new CloneRequest(503)));
        for (var hour = 0; hour < 4; hour++)
        {
            time.Advance(TimeSpan.FromHours(1));
            Assert.That((await client.Access.PermissionsAsync("/"))["/"], Does.Contain("VM.Allocate"));
        }
    }

    [Test]
    public async Task A_console_speaks_rfb()
    {
        await using var client = Client();
        await Succeeds(client, client.Qemu.CloneAsync(Node, Template, new CloneRequest(504)));
        await Succeeds(client, client.Qemu.StartAsync(Node, 504));

        var proxy = await client.Qemu.VncProxyAsync(Node, 504);
        using var socket = await client.Qemu.VncWebSocketAsync(Node, 504, proxy);
        var buffer = new byte[12];
        var got = await socket.ReceiveAsync(buffer, CancellationToken.None);

        Assert.That(System.Text.Encoding.ASCII.GetString(buffer, 0, got.Count), Does.StartWith("RFB 003.008"));
    }

    [Test]
    public async Task Inventory_is_read()
    {
        await using var client = Client();

        Assert.That((await client.Nodes.ListAsync()).Select(node => node.Node), Is.EquivalentTo(cluster.Nodes));
        Assert.That((await client.Cluster.StatusAsync()).Quorate, Is.True);
        Assert.That((await client.Cluster.ResourcesAsync("vm")).Where(vm => vm.Template).Select(vm => vm.VmId), Does.Contain(Template));
        Assert.That((await client.Nodes.StoragesAsync(Node)).Single(storage => storage.Shared).Storage, Is.EqualTo("nfs-shared"));
        Assert.That((await client.Storages.ListAsync()).Select(storage => storage.Storage), Does.Contain("local-lvm"));
        Assert.That(await client.Nodes.StorageContentAsync(Node, "nfs-shared", vmid: Template), Is.Not.Empty);
        Assert.That((await client.Nodes.StatusAsync(Node)).MemoryTotal, Is.Positive);
        Assert.That((await client.Qemu.MigratePreconditionsAsync(Node, Template)).AllowedNodes, Does.Contain("east2"));
    }
}
