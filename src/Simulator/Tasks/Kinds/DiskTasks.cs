using System.Globalization;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Tasks.Kinds;

/// <summary>Moves a disk to another storage.</summary>
internal sealed class MoveDiskTask : TaskKind
{
    public override string Type => "qmmove";

    public override void Begin(TaskContext task)
    {
        var vm = task.Vm;
        task.CheckLock(vm);
        var drive = Drive.Parse(task.Arg("disk")!, vm.Config[task.Arg("disk")!]);
        var from = task.Cluster.Storage(drive.Storage);
        var to = task.Cluster.Storage(task.Arg("storage")!);
        var volume = from.Find(vm.Node, drive.VolumeName) ?? throw new PveException($"volume '{drive.Volume}' does not exist");
        task.Log($"copying volume '{drive.Volume}' from current storage '{from.Name}' to target storage '{to.Name}'");
        task.Log($"create full clone of drive {drive.Key} ({drive.Volume})");
        var format = Volumes.FormatOn(to, task.Arg("format"), volume);
        var limit = long.Parse(task.Arg("bwlimit") ?? "0", CultureInfo.InvariantCulture) << 10;
        try
        {
            task.Task.Args["moved"] = vm.IsRunning
                ? Mirror(task, drive, volume, to, format)
                : Volumes.Copy(task, volume, Volumes.PathOf(from, volume.Name), to, vm.VmId, format, limit);
        }
        catch (PveException error)
        {
            throw new PveException($"storage migration failed: {error.Message}");
        }

        if (task.Flag("delete"))
        {
            task.Log($"removing source volume '{drive.Volume}' after successful copy");
        }
    }

    public override void Succeeded(TaskContext task)
    {
        var vm = task.Vm;
        var drive = Drive.Parse(task.Arg("disk")!, vm.Config[task.Arg("disk")!]);
        if (task.Flag("delete"))
        {
            task.Cluster.Storage(drive.Storage).Remove(vm.Node, drive.VolumeName);
        }
        else
        {
            vm.Config[$"unused{Enumerable.Range(0, 256).First(n => !vm.Config.ContainsKey($"unused{n}"))}"] = drive.Volume;
        }

        drive.Volume = task.Arg("moved")!;
        vm.Config[drive.Key] = drive.ToString();
    }

    public override void Failed(TaskContext task) => Volumes.RemoveMade(task);

    /// <summary>A running VM's process copies the disk itself and changes over when both are the same.</summary>
    private static string Mirror(TaskContext task, Drive drive, VolumeState volume, StorageState to, string format)
    {
        var room = to.FreeOn(task.Task.Node);
        var id = Volumes.Allocate(task, to, task.VmId, "disk", volume.Size, format, volume.Guest, Math.Min(volume.Used, room));
        var name = $"drive-{drive.Key}";
        task.Log($"allocated target volume '{id}'");
        task.Log($"drive mirror is starting for {name}");
        if (volume.Used > room || task.Cluster.Faults.IsFull(to.Name))
        {
            task.Log($"{name}: Cancelling block job");
            task.Log($"{name}: Done.");
            throw new PveException($"block job (mirror) error: {name}: 'mirror' has been cancelled");
        }

        task.Take(volume.Size / task.Cluster.Speed.CloneBytesPerSecond);
        task.Log($"{name}: transferred {Sizes.Human(volume.Size)} of {Sizes.Human(volume.Size)} (100.00%) in {(int)(volume.Size / task.Cluster.Speed.CloneBytesPerSecond)}s, ready");
        task.Log("all 'mirror' jobs are ready");
        task.Log($"{name}: Completing block job...");
        task.Log($"{name}: Completed successfully.");
        task.Log($"{name}: mirror-job finished");
        return id;
    }
}

/// <summary>Makes a disk larger.</summary>
internal sealed class ResizeTask : TaskKind
{
    public override string Type => "resize";

    public override void Begin(TaskContext task)
    {
        var vm = task.Vm;
        task.CheckLock(vm);
        var drive = Find(task);
        VolumeCheck.RequireVisible(task, vm, drive);
        var size = NewSize(task);
        if (size < drive.Size)
        {
            throw new PveException("shrinking disks is not supported");
        }

        task.Take(0.05);
        if (task.Cluster.Storage(drive.Storage) is { HoldsFiles: true } storage && Volumes.Find(task.Cluster, vm.Node, drive.Volume) is { } volume
            && drive.IsBase && !vm.IsRunning)
        {
            // Base images are made immutable (chattr +i).
            var path = Volumes.PathOf(storage, volume.Name);
            task.Log($"qemu-img: Could not open '{path}': Could not open '{path}': Operation not permitted");
            throw new PveException($"command '/usr/bin/qemu-img resize '--preallocation=metadata' -f {volume.Format} {path} {size}' failed: exit code 1");
        }
    }

    public override void Succeeded(TaskContext task)
    {
        var vm = task.Vm;
        var drive = Find(task);
        var size = NewSize(task);
        drive.Options["size"] = Sizes.Exact(size);
        vm.Config[drive.Key] = drive.ToString();
        if (Volumes.Find(task.Cluster, vm.Node, drive.Volume) is { } volume)
        {
            volume.Size = size;
        }
    }

    private static long NewSize(TaskContext task)
    {
        var given = task.Arg("size")!;
        var bytes = Sizes.Parse(given.TrimStart('+'))!.Value;
        return given.StartsWith('+') ? Find(task).Size + bytes : bytes;
    }

    private static Drive Find(TaskContext task)
    {
        var key = task.Arg("disk")!;
        var drive = task.Vm.Config.TryGetValue(key, out var value) ? Drive.Parse(key, value) : throw new PveException($"disk '{key}' does not exist");
        return drive.HasVolume ? drive : throw new PveException($"unable to parse volume ID '{drive.Volume}'");
    }
}

/// <summary>Deletes a volume of a storage; one that is gone already is fine.</summary>
internal sealed class DeleteVolumeTask : TaskKind
{
    public override string Type => "imgdel";

    public override void Begin(TaskContext task)
    {
        var storage = task.Cluster.Storage(task.Arg("storage")!);
        var name = task.Arg("volume")!;
        if (storage.On(task.Task.Node).Any(volume => volume.StandsOn(name)))
        {
            throw new PveException($"base volume '{name}' is still in use by linked cloned");
        }

        if (storage.Find(task.Task.Node, name) is null)
        {
            task.Log($"disk image '{Volumes.PathOf(storage, name)}' does not exist");
        }

        task.Log($"Removed volume '{storage.Name}:{name}'");
        task.Take(0.05);
    }

    public override void Succeeded(TaskContext task) => task.Cluster.Storage(task.Arg("storage")!).Remove(task.Task.Node, task.Arg("volume")!);
}
