using System.Globalization;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;

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
        var format = to.HoldsFiles ? task.Arg("format") ?? Volumes.DefaultFormat(to) : "raw";
        var limit = long.Parse(task.Arg("bwlimit") ?? "0", CultureInfo.InvariantCulture) << 10;
        try
        {
            task.Task.Args["moved"] = Volumes.Copy(task, volume, Volumes.PathOf(from, volume.Name), to, vm.VmId, format, limit);
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
}

/// <summary>Makes a disk larger.</summary>
internal sealed class ResizeTask : TaskKind
{
    public override string Type => "resize";

    public override void Begin(TaskContext task)
    {
        var vm = task.Vm;
        task.CheckLock(vm);
        var drive = Drive.Parse(task.Arg("disk")!, vm.Config[task.Arg("disk")!]);
        VolumeCheck.RequireVisible(task, vm, drive);
        if (NewSize(task) < drive.Size)
        {
            throw new PveException("shrinking disks is not supported");
        }

        task.Take(0.05);
        task.Log("Image resized.");
    }

    public override void Succeeded(TaskContext task)
    {
        var vm = task.Vm;
        var drive = Drive.Parse(task.Arg("disk")!, vm.Config[task.Arg("disk")!]);
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
        return given.StartsWith('+') ? Drive.Parse(task.Arg("disk")!, task.Vm.Config[task.Arg("disk")!]).Size + bytes : bytes;
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
        if (storage.On(task.Task.Node).Any(volume => volume.Parent == name))
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
