using System.Globalization;
using System.Numerics;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Tasks.Kinds;

/// <summary>Moves a VM to another node, with its local disks.</summary>
internal sealed class MigrateTask : TaskKind
{
    public override string Type => "qmigrate";

    public static IEnumerable<Drive> LocalDrives(Cluster cluster, VmState vm) =>
        Drive.Of(vm.Config).Where(drive => drive.HasVolume && !cluster.Storage(drive.Storage).Shared);

    public override void Begin(TaskContext task)
    {
        var vm = task.Vm;
        task.CheckLock(vm);
        var target = task.Cluster.Node(task.Arg("target")!)!;
        var local = LocalDrives(task.Cluster, vm).ToList();
        if (vm.IsRunning)
        {
            Log(task, "conntrack state migration not supported or disabled, active connections might get dropped");
        }

        Log(task, $"starting migration of VM {vm.VmId} to node '{target.Name}' ({target.Address})");
        if (!task.Cluster.IsOnline(target.Name))
        {
            task.Take(3);
            Abort(task, "Can't connect to destination address using public key");
        }

        RefuseStorages(task, vm, target);
        RefuseLocalDisks(task, vm, local);
        CopyLocalDisks(task, local);
        if (vm.IsRunning)
        {
            Live(task, vm, target);
        }
        else
        {
            task.Take(task.Cluster.Speed.ShortTask);
        }

        var seconds = (int)((task.At - task.Cluster.Now) * task.Cluster.Options.TimeScale).TotalSeconds;
        Log(task, string.Create(CultureInfo.InvariantCulture, $"migration finished successfully (duration {TimeSpan.FromSeconds(seconds):hh\\:mm\\:ss})"));
    }

    public override void Succeeded(TaskContext task)
    {
        var vm = task.Vm;
        var target = task.Arg("target")!;
        foreach (var storage in task.Cluster.State.Storages.Where(storage => !storage.Shared))
        {
            foreach (var volume in storage.On(vm.Node).Where(volume => volume.VmId == vm.VmId).ToList())
            {
                storage.Remove(vm.Node, volume.Name);
                Move(task, vm, storage, volume, target);
            }
        }

        vm.Node = target;
        if (vm.IsRunning)
        {
            vm.Pid = task.Cluster.NextPid(target);
            vm.StartedAt = DateTimeOffset.Parse(task.Arg("started")!, CultureInfo.InvariantCulture); // the new process counts its own uptime
        }
    }

    public override string StoppedStatus(TaskContext task) => "migration aborted";

    /// <summary>Under its name, which has a folder and an ending where the new storage holds files.</summary>
    private static void Move(TaskContext task, VmState vm, StorageState from, VolumeState volume, string target)
    {
        var to = Target(task, from);
        if (to == from)
        {
            to.Add(target, volume);
            return;
        }

        var bare = volume.Name.Split('/')[^1].Split('.')[0];
        var format = to.HoldsFiles ? volume.Format : "raw";
        var name = to.HoldsFiles ? $"{vm.VmId}/{bare}.{format}" : bare;
        to.Add(target, new VolumeState { Name = name, VmId = volume.VmId, Format = format, Size = volume.Size, Used = volume.Used, Created = volume.Created, Guest = volume.Guest });
        foreach (var (key, value) in vm.Config.Where(pair => pair.Value == $"{from.Name}:{volume.Name}" || pair.Value.StartsWith($"{from.Name}:{volume.Name},", StringComparison.Ordinal)).ToList())
        {
            vm.Config[key] = $"{to.Name}:{name}{value[$"{from.Name}:{volume.Name}".Length..]}";
        }
    }

    private static StorageState Target(TaskContext task, StorageState from) =>
        !from.Shared && task.Arg("targetstorage") is { } name ? task.Cluster.Storage(name) : from;

    /// <summary>PVE::QemuMigrate, <c>prepare</c>: the shared ones must be there, and for local disks the one of the same name or the one asked for.</summary>
    private static void RefuseStorages(TaskContext task, VmState vm, NodeState target)
    {
        foreach (var drive in Drive.Of(vm.Config).Where(drive => drive.HasVolume))
        {
            var storage = task.Cluster.Storage(drive.Storage);
            if (drive is { IsCdrom: true, IsCloudInit: false } && !storage.Shared)
            {
                Log(task, $"can't migrate local disk '{drive.Volume}': local cdrom image");
                Log(task, "ERROR: Problem found while scanning volumes - can't migrate VM - check log");
                Abort(task, "Problem found while scanning volumes - can't migrate VM - check log");
            }

            var needed = Target(task, storage);
            if (!needed.IsOn(target.Name))
            {
                Abort(task, $"storage '{needed.Name}' is not available on node '{target.Name}'");
            }
        }
    }

    private static void RefuseLocalDisks(TaskContext task, VmState vm, List<Drive> local)
    {
        if (!vm.IsRunning || local.Count == 0 || task.Flag("with-local-disks"))
        {
            return;
        }

        local.ForEach(drive => Log(task, $"found local disk '{drive.Volume}' (attached)"));
        local.ForEach(drive => Log(task, $"can't migrate local disk '{drive.Volume}': can't live migrate attached local disks without with-local-disks option"));
        const string Reason = "Problem found while scanning volumes - can't migrate VM - check log";
        Log(task, "ERROR: " + Reason);
        Log(task, "aborting phase 1 - cleanup resources");
        Abort(task, Reason);
    }

    private static void Live(TaskContext task, VmState vm, NodeState target)
    {
        var insecure = PropertyString.Parse(task.Cluster.State.Options.GetValueOrDefault("migration", "")).GetValueOrDefault("type") == "insecure";
        var uri = insecure ? $"tcp:{target.Address}:60000" : $"unix:/run/qemu-server/{vm.VmId}.migrate";
        Log(task, $"starting VM {vm.VmId} on remote node '{target.Name}'");
        task.Task.Args["started"] = task.At.ToString("O", CultureInfo.InvariantCulture);
        task.Take(task.Cluster.Speed.Migration / 2);
        Log(task, "start remote tunnel");
        Log(task, "ssh tunnel ver 1");
        Log(task, $"starting online/live migration on {uri}");
        Log(task, "set migration capabilities");
        Log(task, "migration downtime limit: 100 ms");
        Log(task, $"migration cachesize: {Sizes.Human((long)BitOperations.RoundUpToPowerOf2((ulong)VmStatus.Memory(vm) / 10))}");
        Log(task, "set migration parameters");
        Log(task, $"start migrate command to {uri}");
        task.Take(task.Cluster.Speed.Migration / 2);
        Log(task, "average migration speed: 176.8 MiB/s - downtime 8 ms");
        Log(task, $"migration completed, transferred {Sizes.Human(VmStatus.Memory(vm) / 2)} VM-state");
        Log(task, "migration status: completed");
    }

    private static void CopyLocalDisks(TaskContext task, List<Drive> drives)
    {
        foreach (var drive in drives)
        {
            Log(task, drive.IsCloudInit
                ? $"found generated disk '{drive.Volume}' (in current VM config)"
                : $"found local disk '{drive.Volume}' (attached)");
        }

        if (drives.Count > 0)
        {
            Log(task, "copying local disk images");
        }

        foreach (var drive in drives)
        {
            var storage = task.Cluster.Storage(drive.Storage);
            if (storage.Find(task.Task.Node, drive.VolumeName) is { } volume)
            {
                Log(task, Volumes.Formatting(storage, volume.Name, volume.Format, volume.Size));
            }

            task.Take((drive.Size + 1) / task.Cluster.Speed.CloneBytesPerSecond);
            Log(task, $"successfully imported '{drive.Volume}'");
            Log(task, $"volume '{drive.Volume}' is '{drive.Volume}' on the target");
        }
    }

    private static void Abort(TaskContext task, string reason)
    {
        Log(task, $"ERROR: migration aborted (duration 00:00:03): {reason}");
        throw new PveException("migration aborted");
    }

    private static void Log(TaskContext task, string text) =>
        task.Log(task.At.ToString("yyyy-MM-dd HH:mm:ss ", CultureInfo.InvariantCulture) + text);
}
