using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Clusters;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox.Cluster;
using MultiPanel.Workers.Inventory;

namespace MultiPanel.Workers.Tests.Inventory;

public sealed class InventoryMergeTests
{
    private static readonly DateTime Now = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private DirectoryInfo folder = null!;
    private PanelDatabase database = null!;
    private int cluster;

    [SetUp]
    public async Task MakeDatabase()
    {
        folder = Directory.CreateTempSubdirectory("multipanel-test-");
        database = new PanelDatabase(DatabaseUrl.Sqlite(Path.Combine(folder.FullName, "panel.db")));
        await database.MigrateAsync();
        await using var db = database.OpenAll();
        var row = new Cluster { Name = "c", Endpoints = ["https://127.0.0.1"], Auth = ClusterAuth.Token, Identity = "i", SealedSecret = "s", CreatedAt = Now };
        db.Clusters.Add(row);
        await db.SaveChangesAsync();
        cluster = row.Id;
    }

    [TearDown]
    public void DeleteDatabase()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    [Test]
    public async Task A_vm_that_is_new_in_proxmox_is_taken_in_with_what_the_list_says()
    {
        await MergeAsync([Listed(100, "web") with { Status = "running", MaxCpu = 4, MaxMem = 2L << 30, MaxDisk = 32L << 30, Tags = ["blue"] }]);

        var vm = (await RowsAsync()).Single();
        Assert.That((vm.Vmid, vm.Name, vm.Node, vm.Status, vm.Cores, vm.MemoryMb, vm.DiskGb), Is.EqualTo((100, "web", "pve1", VmStatus.Running, 4, 2048, 32d)));
        Assert.That((vm.Tags, vm.SeenAt), Is.EqualTo((new List<string> { "blue" }, Now)));
    }

    [Test]
    public async Task A_new_vm_without_name_and_status_keeps_what_is_known_until_the_list_has_them()
    {
        await HaveAsync(new Vm { Vmid = 100, Name = "web", Node = "pve1", Status = VmStatus.Running, SeenAt = Now.AddMinutes(-1), CreatedByJob = Guid.NewGuid() });

        await MergeAsync([Listed(100, null) with { Status = "unknown", Node = "pve2" }, Listed(101, null) with { Status = "unknown" }]);

        var rows = await RowsAsync();
        Assert.That((rows[0].Name, rows[0].Status, rows[0].Node), Is.EqualTo(("web", VmStatus.Running, "pve2")));
        Assert.That((rows[1].Name, rows[1].Status), Is.EqualTo(("vm-101", VmStatus.Unknown)));
    }

    [Test]
    public async Task What_a_job_has_just_looked_at_is_not_overwritten_by_an_older_list()
    {
        await HaveAsync(
            new Vm { Vmid = 100, Name = "new-name", Node = "pve2", Status = VmStatus.Running, ObservedAt = Now.AddSeconds(-5) },
            new Vm { Vmid = 101, Name = "old-name", Node = "pve2", Status = VmStatus.Running, ObservedAt = Now.AddSeconds(-30) });

        await MergeAsync([Listed(100, "stale-name"), Listed(101, "fresh-name")]);

        var rows = await RowsAsync();
        Assert.That((rows[0].Name, rows[0].Node, rows[0].Status), Is.EqualTo(("new-name", "pve2", VmStatus.Running)));
        Assert.That((rows[1].Name, rows[1].Node, rows[1].Status), Is.EqualTo(("fresh-name", "pve1", VmStatus.Stopped)));
    }

    [TestCase(VmStatus.Provisioning)]
    [TestCase(VmStatus.Deleting)]
    public async Task What_a_job_has_in_hand_is_left_to_it(VmStatus status)
    {
        await HaveAsync(new Vm { Vmid = 100, Name = "web", Status = status, CreatedByJob = Guid.NewGuid() });

        await MergeAsync([Listed(100, "VM 100")]);
        await MergeAsync([]);

        var vm = (await RowsAsync()).Single();
        Assert.That((vm.Name, vm.Status), Is.EqualTo(("web", status)));
    }

    [Test]
    public async Task A_missing_vm_is_unknown_whoever_made_it()
    {
        await HaveAsync(
            new Vm { Vmid = 100, Name = "found", Status = VmStatus.Stopped },
            new Vm { Vmid = 101, Name = "ours", Status = VmStatus.Running, CreatedByJob = Guid.NewGuid() },
            new Vm { Vmid = null, Name = "not-reserved-yet", Status = VmStatus.Provisioning, CreatedByJob = Guid.NewGuid() });

        await MergeAsync([]);

        Assert.That((await RowsAsync()).Select(vm => (vm.Name, vm.Status)), Is.EquivalentTo(new[]
        {
            ("found", VmStatus.Unknown), ("ours", VmStatus.Unknown), ("not-reserved-yet", VmStatus.Provisioning),
        }));
    }

    [Test]
    public async Task Our_vm_that_is_listed_again_is_known_again()
    {
        await HaveAsync(new Vm { Vmid = 101, Name = "ours", Status = VmStatus.Unknown, CreatedByJob = Guid.NewGuid() });

        await MergeAsync([Listed(101, "ours") with { Status = "running" }]);

        Assert.That((await RowsAsync()).Single().Status, Is.EqualTo(VmStatus.Running));
    }

    [TestCase(VmStatus.Paused, "running", VmStatus.Paused)]
    [TestCase(VmStatus.Suspended, "stopped", VmStatus.Suspended)]
    [TestCase(VmStatus.Suspended, "running", VmStatus.Running)]
    [TestCase(VmStatus.Paused, "stopped", VmStatus.Stopped)]
    public async Task What_a_list_cannot_tell_apart_stays(VmStatus known, string listed, VmStatus expected)
    {
        await HaveAsync(new Vm { Vmid = 100, Name = "web", Status = known });

        await MergeAsync([Listed(100, "web") with { Status = listed }]);

        Assert.That((await RowsAsync()).Single().Status, Is.EqualTo(expected));
    }

    [Test]
    public async Task Containers_are_none_of_ours()
    {
        await MergeAsync([Listed(100, "ct") with { Type = "lxc", Id = "lxc/100" }]);

        Assert.That(await RowsAsync(), Is.Empty);
    }

    [TestCase(32, 550d)]
    [TestCase(50, 550d)]
    [TestCase(64, 564d)]
    public async Task A_list_that_knows_the_boot_disk_alone_takes_nothing_off_what_a_config_has_said(long listed, double counted)
    {
        await HaveAsync(new Vm { Vmid = 100, Name = "two", Status = VmStatus.Stopped, DiskGb = 550, Disks = [new VmDisk("scsi0", 50), new VmDisk("scsi1", 500)] });

        await MergeAsync([Listed(100, "two") with { MaxDisk = listed << 30 }]);

        var vm = (await RowsAsync()).Single();
        Assert.That((vm.DiskGb, vm.Disks!.Sum(disk => disk.Gb)), Is.EqualTo((counted, counted)));
    }

    private static ClusterResource Listed(int vmid, string? name) => new()
    {
        Id = $"qemu/{vmid}",
        Type = "qemu",
        VmId = vmid,
        Name = name,
        Node = "pve1",
        Status = "stopped",
        Tags = [],
        Content = [],
    };

    private async Task HaveAsync(params Vm[] vms)
    {
        await using var db = database.OpenAll();
        foreach (var vm in vms)
        {
            (vm.ClusterId, vm.CreatedAt) = (cluster, Now.AddHours(-1));
            db.Vms.Add(vm);
        }

        await db.SaveChangesAsync();
    }

    private async Task MergeAsync(IReadOnlyList<ClusterResource> listed)
    {
        await using var db = database.OpenAll();
        InventoryMerge.Merge(db, cluster, listed, await db.Vms.ToListAsync(), [.. listed.Select(resource => resource.VmId ?? 0)], Now);
        await db.SaveChangesAsync();
    }

    private async Task<List<Vm>> RowsAsync()
    {
        await using var db = database.OpenAll();
        return await db.Vms.AsNoTracking().OrderBy(vm => vm.Id).ToListAsync();
    }
}
