using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox.Cluster;
using MultiPanel.Workers.Inventory;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Tests.Inventory;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class InventoryMergeTests
{
    private static readonly DateTime Now = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private readonly Cluster cluster = new() { Name = "c", Endpoints = [], Identity = "i", SealedSecret = "s" };

    [Test]
    public void A_vm_that_is_new_in_proxmox_is_taken_in_with_what_the_list_says()
    {
        var vm = Compare([Listed(100, "web") with { Status = "running", Cores = 4, MemoryMb = 2048, BootDisk = 32L << 30, Tags = ["blue"] }]).Added.Single();

        Assert.That((vm.Vmid, vm.Name, vm.Node, vm.Status, vm.Cores, vm.MemoryMb, vm.DiskGb), Is.EqualTo((100, "web", "pve1", VmStatus.Running, 4, 2048, 32d)));
        Assert.That((vm.Tags, vm.SeenAt), Is.EqualTo((new List<string> { "blue" }, Now)));
    }

    [TestCase("unknown")]
    [TestCase(null)]
    [TestCase("a word of a later version")]
    public void A_vm_that_is_listed_without_a_status_is_there_and_unknown(string? status)
    {
        var known = Row(100, "web", VmStatus.Running);
        (known.Node, known.SeenAt, known.CreatedByJob, known.Cores) = ("pve1", Now.AddMinutes(-5), Guid.NewGuid(), 4);
        cluster.SeenAt = Now.AddSeconds(-50);

        var changes = Compare([Listed(100, null) with { Status = status, Node = "pve2" }, Listed(101, null) with { Status = status }], known);

        var silent = changes.Changed.Single().Columns;
        Assert.That((silent.Name, silent.Status, silent.Node, silent.Cores), Is.EqualTo(("web", VmStatus.Unknown, "pve2", (int?)4)));
        Assert.That((silent.SeenAt, changes.Missing), Is.EqualTo((cluster.SeenAt, Array.Empty<Vm>())), "it was seen with the list before, and is not missing");
        Assert.That((changes.Added.Single().Name, changes.Added.Single().Status, changes.Added.Single().SeenAt), Is.EqualTo(("vm-101", VmStatus.Unknown, (DateTime?)null)));
    }

    [Test]
    public void What_a_job_has_just_looked_at_is_not_overwritten_by_an_older_list()
    {
        var (fresh, old) = (Row(100, "new-name", VmStatus.Running), Row(101, "old-name", VmStatus.Running));
        (fresh.Node, fresh.ObservedAt) = ("pve2", Now.AddSeconds(-5));
        (old.Node, old.ObservedAt) = ("pve2", Now.AddSeconds(-30));

        var changes = Compare([Listed(100, "stale-name"), Listed(101, "fresh-name")], fresh, old);

        var change = changes.Changed.Single();
        Assert.That((change.Row, change.Columns.Name, change.Columns.Node, change.Columns.Status), Is.EqualTo((old, "fresh-name", "pve1", VmStatus.Stopped)));
        Assert.That(changes.Open, Is.EqualTo(new[] { 100 }));
    }

    [TestCase(VmStatus.Provisioning)]
    [TestCase(VmStatus.Deleting)]
    public void What_a_job_has_in_hand_is_left_to_it(VmStatus status)
    {
        var vm = Row(100, "web", status);
        vm.CreatedByJob = Guid.NewGuid();

        Assert.That(Compare([Listed(100, "VM 100")], vm).Changed, Is.Empty);
        Assert.That((Compare([], vm).Changed, Compare([], vm).Missing), Is.EqualTo((Array.Empty<RowChange>(), Array.Empty<Vm>())));
    }

    [Test]
    public void A_missing_vm_is_unknown_also_if_another_program_made_it()
    {
        var (found, ours, unreserved) = (Row(100, "found", VmStatus.Stopped), Row(101, "ours", VmStatus.Running), Row(null, "unreserved", VmStatus.Provisioning));
        ours.CreatedByJob = unreserved.CreatedByJob = Guid.NewGuid();

        var changes = Compare([], found, ours, unreserved);

        Assert.That(changes.Missing, Is.EquivalentTo(new[] { found, ours }));
        Assert.That(changes.Changed.Select(change => (change.Row, change.Columns.Status)), Is.EquivalentTo(new[]
        {
            (found, VmStatus.Unknown), (ours, VmStatus.Unknown),
        }));
    }

    [Test]
    public void Our_vm_that_is_listed_again_is_known_again()
    {
        var vm = Row(101, "ours", VmStatus.Unknown);
        (vm.CreatedByJob, vm.SeenAt) = (Guid.NewGuid(), Now.AddDays(-1));

        var back = After([Listed(101, "ours") with { Status = "running" }], vm);

        Assert.That((back.Status, back.SeenAt), Is.EqualTo((VmStatus.Running, Now)));
    }

    [Test]
    public void Another_vm_on_a_vmid_of_ours_is_not_its_row_s()
    {
        var vm = Row(101, "ours", VmStatus.Running);
        vm.CreatedByJob = Guid.NewGuid();

        var changes = InventoryMerge.Compare(cluster, [Listed(101, "another")], [vm], new HashSet<int>(), Now, others: new HashSet<int> { 101 });
        Assert.That((changes.Missing.Single(), changes.Changed.Single().Columns.Name, changes.Changed.Single().Columns.Status), Is.EqualTo((vm, "ours", VmStatus.Unknown)));
        var unsure = InventoryMerge.Compare(cluster, [Listed(101, "another")], [vm], new HashSet<int>(), Now, unsure: new HashSet<int> { 101 });
        Assert.That((unsure.Changed, unsure.Missing, unsure.Open), Is.EqualTo((Array.Empty<RowChange>(), Array.Empty<Vm>(), new HashSet<int> { 101 })));
    }

    [TestCase(VmStatus.Paused, "running", null, VmStatus.Running)]
    [TestCase(VmStatus.Suspended, "stopped", null, VmStatus.Stopped)]
    [TestCase(VmStatus.Suspended, "stopped", "suspended", VmStatus.Suspended)]
    [TestCase(VmStatus.Suspended, "running", null, VmStatus.Running)]
    [TestCase(VmStatus.Paused, "stopped", null, VmStatus.Stopped)]
    [TestCase(VmStatus.Running, "paused", null, VmStatus.Paused)]
    [TestCase(VmStatus.Running, "io-error", null, VmStatus.Paused)]
    public void What_a_list_says_counts_whatever_was_known(VmStatus known, string listed, string? held, VmStatus expected) =>
        Assert.That(After([Listed(100, "web") with { Status = listed, Lock = held }], Row(100, "web", known)).Status, Is.EqualTo(expected));

    [Test]
    public void A_list_shows_lock_pool_ha_state_and_what_qemu_says()
    {
        var listed = ListedVm.From([Resource("qemu", 100) with { Status = "io-error", Lock = "backup", Pool = "tenant", HaState = "started", Uptime = TimeSpan.FromHours(1) }]);

        var after = After(listed, Row(100, "web", VmStatus.Running));

        Assert.That((after.Status, after.QemuState, after.Lock, after.Pool, after.HaState), Is.EqualTo((VmStatus.Paused, "io-error", "backup", "tenant", "started")));
        Assert.That(after.StartedAt, Is.EqualTo(Now.AddHours(-1)));
    }

    [Test]
    public void A_vm_whose_memory_is_on_disk_is_listed_as_stopped_with_a_lock()
    {
        var vm = ListedVm.From([Resource("qemu", 100) with { Status = "stopped", Lock = "suspended" }]).Single();

        Assert.That(After([vm], Row(100, "web", VmStatus.Unknown)).Status, Is.EqualTo(VmStatus.Suspended));
    }

    [Test]
    public void A_size_that_is_pending_is_not_overwritten_by_the_one_that_runs()
    {
        var vm = Row(100, "web", VmStatus.Running);
        (vm.Cores, vm.MemoryMb, vm.StartedAt) = (8, 4096, Now.AddHours(-1));
        vm.Config = Config(8) with { Pending = [new("cores", "2", "8"), new("memory", "2048", "4096")] };

        var after = After([Running(2, 2048)], vm);

        Assert.That((after.Cores, after.MemoryMb, after.RunningCores, after.RunningMemoryMb), Is.EqualTo(((int?)8, (int?)4096, (int?)2, (int?)2048)));
        Assert.That((after.Config!.Outdated, after.GuestDueAt), Is.EqualTo((false, (DateTime?)null)), "there is nothing to look for");
    }

    [Test]
    public void A_size_that_nothing_pending_explains_has_the_config_read_again()
    {
        var vm = Row(100, "web", VmStatus.Stopped);
        (vm.Cores, vm.MemoryMb, vm.Config) = (8, 2048, Config(8));

        var after = After([Listed(100, "web") with { Cores = 2, MemoryMb = 2048 }], vm);

        Assert.That((after.Cores, after.Config!.Outdated, after.GuestDueAt), Is.EqualTo(((int?)8, true, (DateTime?)Now)));
        (vm.Config, vm.GuestDueAt, vm.Status) = (after.Config, Now.AddSeconds(-5), VmStatus.Stopped);
        Assert.That(After([Listed(100, "web") with { Cores = 2, MemoryMb = 2048 }], vm).GuestDueAt, Is.EqualTo(Now.AddSeconds(-5)), "until it was read");
    }

    [Test]
    public void Cores_that_are_not_plugged_in_are_no_difference()
    {
        var vm = Row(100, "web", VmStatus.Running);
        (vm.Cores, vm.MemoryMb, vm.StartedAt, vm.Config) = (8, 2048, Now, Config(8) with { Vcpus = 3 });

        Assert.That(After([Running(3, 2048)], vm).Config!.Outdated, Is.False);
    }

    [Test]
    public void A_vm_whose_config_was_never_read_has_the_size_that_is_listed()
    {
        var vm = Row(100, "web", VmStatus.Stopped);
        (vm.Cores, vm.MemoryMb) = (1, 512);

        var after = After([Listed(100, "web") with { Cores = 4, MemoryMb = 2048 }], vm);

        Assert.That((after.Cores, after.MemoryMb, after.RunningCores), Is.EqualTo(((int?)4, (int?)2048, (int?)null)));
    }

    [TestCase(VmStatus.Stopped, false)]
    [TestCase(VmStatus.Running, true)]
    public void A_vm_started_in_proxmox_has_nothing_pending_and_is_asked_for_its_addresses_again(VmStatus before, bool restarted)
    {
        var vm = Row(100, "web", before);
        (vm.Cores, vm.MemoryMb, vm.StartedAt, vm.Addresses) = (8, 2048, Now.AddDays(-1), ["10.0.0.5"]);
        vm.Config = Config(8) with { Pending = [new("cores", "2", "8")] };

        var after = After([Running(8, 2048) with { Uptime = TimeSpan.FromSeconds(30), Restarted = restarted }], vm);

        Assert.That((after.Config!.Pending, after.Addresses), Is.EqualTo((Array.Empty<PendingChange>(), Array.Empty<string>())));
        Assert.That((after.StartedAt, after.RunningCores), Is.EqualTo(((DateTime?)Now.AddSeconds(-30), (int?)8)));
        Assert.That(after.GuestDueAt, Is.GreaterThan(Now));
    }

    [Test]
    public void A_restart_shows_in_an_uptime_that_became_shorter_and_an_old_list_shows_none()
    {
        var memory = new ClusterMemory();
        var vm = Running(2, 2048);
        memory.WithRestarts([vm with { Uptime = TimeSpan.FromMinutes(5) }]);

        Assert.That(memory.WithRestarts([vm with { Uptime = TimeSpan.FromMinutes(5) }]).Single().Restarted, Is.False);
        Assert.That(memory.WithRestarts([vm with { Uptime = TimeSpan.FromMinutes(6) }]).Single().Restarted, Is.False);
        Assert.That(memory.WithRestarts([vm with { Uptime = TimeSpan.FromSeconds(5) }]).Single().Restarted, Is.True);
        Assert.That(memory.WithRestarts([vm with { Uptime = TimeSpan.FromSeconds(15) }]).Single().Restarted, Is.False);
    }

    [Test]
    public void Containers_are_not_the_panels() =>
        Assert.That(ListedVm.From([Resource("qemu", 100), Resource("lxc", 101), Resource("node", null)]).Select(vm => vm.VmId), Is.EqualTo(new[] { 100 }));

    [Test]
    public void A_list_gives_sizes_in_bytes_and_cpus_as_a_fraction()
    {
        var vm = ListedVm.From([Resource("qemu", 100) with { MaxCpu = 4, MaxMem = 2L << 30, MaxDisk = 32L << 30 }]).Single();

        Assert.That((vm.Cores, vm.MemoryMb, vm.BootDisk), Is.EqualTo(((int?)4, (int?)2048, (long?)32 << 30)));
    }

    [TestCase(32, 550d)]
    [TestCase(50, 550d)]
    [TestCase(64, 564d)]
    public void A_list_that_knows_the_boot_disk_alone_takes_nothing_off_what_a_config_has_said(long listed, double counted)
    {
        var vm = Row(100, "two", VmStatus.Stopped);
        (vm.DiskGb, vm.Disks) = (550, [new VmDisk("scsi0", 50), new VmDisk("scsi1", 500)]);

        var after = After([Listed(100, "two") with { BootDisk = listed << 30 }], vm);

        Assert.That((after.DiskGb, after.Disks!.Sum(disk => disk.Gb)), Is.EqualTo((counted, counted)));
    }

    [Test]
    public void What_is_as_the_list_says_is_not_written_again()
    {
        var vm = Row(100, "web", VmStatus.Unknown);
        var first = Compare([Listed(100, "web") with { Tags = ["blue"] }], vm).Changed.Single().Columns;
        (vm.Status, vm.Node, vm.Tags, vm.SeenAt) = (first.Status, first.Node, [.. first.Tags], first.SeenAt);

        var again = InventoryMerge.Compare(cluster, [Listed(100, "web") with { Tags = ["blue"] }], [vm], new HashSet<int>(), Now.AddMinutes(1));

        Assert.That((first.Status, first.SeenAt), Is.EqualTo((VmStatus.Stopped, Now)));
        Assert.That((again.Changed, again.Open), Is.EqualTo((Array.Empty<RowChange>(), Array.Empty<int>())));
    }

    [Test]
    public void A_vm_that_vanishes_was_last_seen_with_its_cluster()
    {
        var vm = Row(100, "web", VmStatus.Running);
        vm.SeenAt = Now.AddHours(-1);
        cluster.SeenAt = Now.AddSeconds(-50);

        var vanished = Compare([], vm);

        Assert.That((vanished.Changed.Single().Columns.Status, vanished.Changed.Single().Columns.SeenAt), Is.EqualTo((VmStatus.Unknown, cluster.SeenAt)));
        Assert.That((vanished.Missing, vanished.Open), Is.EqualTo((new[] { vm }, new[] { 100 })));
    }

    private static ClusterResource Resource(string type, int? vmid) => new() { Id = $"{type}/{vmid}", Type = type, VmId = vmid, Tags = [], Content = [] };

    private static ListedVm Listed(int vmid, string? name) => new() { VmId = vmid, Name = name, Node = "pve1", Status = "stopped" };

    private static ListedVm Running(int cores, int memoryMb) =>
        Listed(100, "web") with { Status = "running", Cores = cores, MemoryMb = memoryMb, Uptime = TimeSpan.FromHours(1) };

    private static VmConfigView Config(int cores) => new() { ReadAt = Now, Bios = "seabios", Sockets = 1, CoresPerSocket = cores, Pending = [] };

    private static Vm Row(int? vmid, string name, VmStatus status) => new() { Vmid = vmid, Name = name, Status = status, CreatedAt = Now.AddHours(-1) };

    private InventoryChanges Compare(IReadOnlyCollection<ListedVm> listed, params Vm[] rows) =>
        InventoryMerge.Compare(cluster, listed, rows, listed.Select(vm => vm.VmId).ToHashSet(), Now);

    /// <summary>The row as it is after the comparison, changed or not.</summary>
    private VmColumns After(IReadOnlyCollection<ListedVm> listed, Vm row) =>
        Compare(listed, row).Changed.SingleOrDefault(change => change.Row == row)?.Columns ?? VmColumns.Of(row);
}
