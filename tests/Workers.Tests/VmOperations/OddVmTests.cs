using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.Simulator;
using MultiPanel.TestKit;
using MultiPanel.Workers.Guests;
using MultiPanel.Workers.Inventory;

namespace MultiPanel.Workers.Tests.VmOperations;

/// <summary>Random commands on VMs as people make them in Proxmox: afterwards the panel shows each VM as Proxmox has it.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class OddVmTests
{
    private const int First = 700, UnderHa = 702, Commands = 30;

    private static readonly (string Name, string Value)[][] Odd =
    [
        [],
        [("name", "shielded"), ("protection", "1")],
        [("name", "old"), ("virtio0", "nfs-shared:3,format=qcow2"), ("boot", "c"), ("bootdisk", "virtio0")],
        [("name", "two-disks"), ("scsi2", "nfs-shared:2,format=qcow2"), ("scsi10", "nfs-shared:2,format=qcow2")],
        [("name", "wide"), ("cores", "3"), ("sockets", "2"), ("vcpus", "4"), ("memory", "1024"), ("balloon", "768")],
        [("name", "tagged"), ("tags", "Blue;multipanel-like"), ("onboot", "1"), ("description", "by hand")],
    ];

    private static readonly VmAction[] Actions =
    [
        VmAction.Start, VmAction.Stop, VmAction.Shutdown, VmAction.Reboot, VmAction.Reset, VmAction.Suspend, VmAction.Resume, VmAction.Snapshot, VmAction.Rollback,
        VmAction.DeleteSnapshot, VmAction.Reconfigure, VmAction.Resize, VmAction.Migrate, VmAction.Delete,
    ];

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Whatever_is_done_the_panel_shows_what_proxmox_has(int seed)
    {
        var random = new Random(seed);
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["guests"] });
        for (var number = 0; number < Odd.Length; number++)
        {
            await site.CallAsync(HttpMethod.Post, "/nodes/east1/qemu", [("vmid", $"{First + number}"), ("scsi0", "nfs-shared:1,format=qcow2"), .. Odd[number]]);
        }

        await site.CallAsync(HttpMethod.Post, "/cluster/ha/resources", ("sid", $"vm:{UnderHa}"), ("state", "stopped"));

        var vms = await site.SeesAsync(FoundAsync, rows => rows.Count == Odd.Length && rows.TrueForAll(row => row.Status == VmStatus.Stopped), "the inventory has them");
        var done = new List<string>();
        for (var number = 0; number < Commands; number++)
        {
            var (vm, action) = (vms[random.Next(vms.Count)], Actions[random.Next(Actions.Length)]);
            if (await site.RowAsync(vm.Id) is null)
            {
                continue;
            }

            var ended = await site.EndedAsync(await site.OperateAsync(vm.Id, action, command => With(command, random, site)));
            done.Add($"{action} {vm.Vmid}: {ended.Status} {ended.Error?.Code}");
            Assert.That(ended.Error?.Code, Is.Not.EqualTo(JobErrorCodes.InternalError), string.Join('\n', done));
            Assert.That(ended.Error?.Code is JobErrorCodes.ProxmoxError or JobErrorCodes.TaskFailed ? ended.Error.Detail : "", Is.Not.Null, "Proxmox's own words are there");
        }

        site.Advance(TimeSpan.FromMinutes(2)); // lists count again, and all VMs are due for a look
        await site.SeesAsync(DifferencesAsync, different => different.Length == 0, $"panel and Proxmox agree after\n{string.Join('\n', done)}");
    }

    private static OperateVm With(OperateVm command, Random random, Site site) => command.Action switch
    {
        VmAction.Shutdown => command with { TimeoutSeconds = 1, Force = random.Next(2) == 0 },
        VmAction.Reboot => command with { TimeoutSeconds = 1 },
        VmAction.Suspend => command with { ToDisk = random.Next(2) == 0 },
        VmAction.Snapshot or VmAction.Rollback or VmAction.DeleteSnapshot => command with { Snapshot = $"s{random.Next(2)}" },
        VmAction.Resize => command with { Disk = random.Next(2) == 0 ? null : "scsi0", DiskGb = random.Next(1, 6) },
        VmAction.Migrate => command with { Node = site.Proxmox.Nodes[random.Next(site.Proxmox.Nodes.Count)] },
        VmAction.Reconfigure => command with { Changes = Changes(random) },
        _ => command,
    };

    private static VmChanges Changes(Random random) => random.Next(4) switch
    {
        0 => new VmChanges { Cores = random.Next(1, 5) },
        1 => new VmChanges { MemoryMb = 256 * random.Next(1, 5) },
        2 => new VmChanges { Name = $"named-{random.Next(100)}" },
        _ => new VmChanges { Tags = ["green"] },
    };

    private static async Task<List<Vm>> FoundAsync(Site site)
    {
        await site.RoundAsync<InventorySync>();
        await site.RoundAsync<GuestWatch>();
        await using var db = site.Database.OpenAll();
        return await db.Vms.AsNoTracking().Where(vm => vm.Vmid >= First && vm.Vmid < First + Odd.Length && vm.ClusterId == site.Cluster.Id).OrderBy(vm => vm.Vmid).ToListAsync();
    }

    /// <summary>After one more round.</summary>
    private static async Task<string> DifferencesAsync(Site site)
    {
        var rows = (await FoundAsync(site)).ToDictionary(row => row.Vmid!.Value);
        var truth = site.Proxmox.Vms.Where(vm => vm.VmId >= First && vm.VmId < First + Odd.Length).ToDictionary(vm => vm.VmId);
        return string.Join('\n', rows.Keys.Union(truth.Keys).Order()
            .Select(id => (Shown: rows.TryGetValue(id, out var row) ? Of(row) : "none", Real: truth.TryGetValue(id, out var vm) ? Of(vm) : "none", Id: id))
            .Where(pair => pair.Shown != pair.Real).Select(pair => $"{pair.Id}: shown {pair.Shown}\n     but is {pair.Real}"));
    }

    private static string Of(Vm row) => Text(
        row.Name, row.Node, row.Status, row.Lock, row.Cores, row.MemoryMb, row.Tags, (row.RunningCores, row.RunningMemoryMb),
        row.Disks?.Select(disk => (disk.Slot, disk.Gb)), row.Config is { } config ? (config.Pending ?? []).Select(change => change.Field) : null);

    private static string Of(SimulatedVm vm)
    {
        static int Number(IReadOnlyDictionary<string, string> options, string key, int normal) =>
            options.TryGetValue(key, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : normal;
        static int Cores(IReadOnlyDictionary<string, string> options) => Number(options, "cores", 1) * Number(options, "sockets", 1);
        var status = (vm.Status, vm.Lock) switch
        {
            ("stopped", "suspended") => VmStatus.Suspended,
            ("stopped", _) => VmStatus.Stopped,
            ("running", _) => VmStatus.Running,
            _ => VmStatus.Paused,
        };
        var runs = status == VmStatus.Stopped ? ((int?)null, (int?)null) : (Number(vm.InForce, "vcpus", Cores(vm.InForce)), Number(vm.InForce, "memory", 512));
        return Text(
            vm.Name, vm.Node, status, vm.Lock, Cores(vm.Config), Number(vm.Config, "memory", 512), vm.Tags, runs,
            vm.Config.Where(option => option.Value.Contains("size=", StringComparison.Ordinal)).Select(option => (option.Key, Size(option.Value))),
            vm.Config.Where(option => vm.InForce.GetValueOrDefault(option.Key) != option.Value).Select(option => option.Key));
    }

    private static double Size(string volume)
    {
        var size = volume.Split(',').Single(part => part.StartsWith("size=", StringComparison.Ordinal))["size=".Length..];
        return double.Parse(size[..^1], CultureInfo.InvariantCulture) / (size[^1] == 'M' ? 1024 : 1);
    }

    private static string Text(
        string name, string? node, VmStatus status, string? held, int? cores, int? memory, IEnumerable<string> tags, (int?, int?) runs,
        IEnumerable<(string Slot, double Gb)>? disks, IEnumerable<string>? pending) => string.Create(
            CultureInfo.InvariantCulture,
            $"{name} on {node}, {status}, lock {held}, {cores} cores, {memory} MiB, runs with {runs}, tags {Joined(tags)}, disks {Joined(disks?.Select(disk => $"{disk}"))}, pending {Joined(pending)}");

    private static string Joined(IEnumerable<string>? texts) => texts is null ? "unknown" : string.Join(' ', texts.Order(StringComparer.Ordinal));
}
