using System.Globalization;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Tasks.Kinds;

/// <summary>Clones a VM; its id is the source's, the first log line names the clone.</summary>
internal sealed class CloneTask : TaskKind
{
    public override string Type => "qmclone";

    // PVE::API2::Qemu takes source and target lock with a timeout of 1 s.
    public override TimeSpan LockTimeout => TimeSpan.FromSeconds(1);

    public static IEnumerable<LockRequest> Locks(VmState source, int newId) =>
        [new(LockTable.OfVm(source.VmId), Exclusive: source.IsRunning), new(LockTable.OfVm(newId), Exclusive: true)];

    public override void Begin(TaskContext task)
    {
        var source = task.Vm;
        var newId = NewId(task);
        task.Log($"creating a clone of VM {source.VmId} with ID {newId}");
        var config = NewConfig(task, source);
        try
        {
            foreach (var drive in Drive.Of(config).Where(drive => drive.HasVolume && (!drive.IsCdrom || drive.IsCloudInit)))
            {
                config[drive.Key] = CloneDrive(task, source, drive, newId).ToString();
            }
        }
        catch (PveException error)
        {
            throw new PveException("clone failed: " + error.Message);
        }

        task.Take(task.Flag("full") ? task.Cluster.Speed.ShortTask : task.Cluster.Speed.LinkedClone);
        task.Task.NewConfig = config;
    }

    public override void Succeeded(TaskContext task)
    {
        var clone = task.Cluster.State.Vms[NewId(task)];
        clone.Config = task.Task.NewConfig!;
        clone.Node = task.Arg("target") ?? task.Task.Node;
        clone.Pool = task.Arg("pool");
    }

    public override void Failed(TaskContext task)
    {
        Volumes.RemoveMade(task);
        task.Cluster.State.Vms.Remove(NewId(task));
    }

    public override string StoppedStatus(TaskContext task) => task.Arg("copying") is { } command
        ? $"clone failed: copy failed: command '{command}' failed: interrupted by signal"
        : "clone failed: interrupted by signal";

    private static int NewId(TaskContext task) => int.Parse(task.Arg("newid")!, CultureInfo.InvariantCulture);

    private static Drive CloneDrive(TaskContext task, VmState source, Drive drive, int newId)
    {
        var cluster = task.Cluster;
        var storage = cluster.Storage(drive.Storage);
        var volume = storage.Find(source.Node, drive.VolumeName)
            ?? throw new PveException($"volume '{drive.Volume}' does not exist");
        var target = task.Arg("storage") is { } name ? cluster.Storage(name) : storage;
        if (drive.IsCloudInit)
        {
            task.Log($"create full clone of drive {drive.Key} ({drive.Volume})");
            var format = target.HoldsFiles ? volume.Format : "raw";
            drive.Volume = Volumes.Allocate(task, target, newId, "cloudinit", 4 << 20, format);
            task.Log($"allocated target volume '{drive.Volume}'");
            drive.Options["size"] = "4M";
        }
        else if (task.Flag("full"))
        {
            task.Log($"create full clone of drive {drive.Key} ({drive.Volume})");
            var format = target.HoldsFiles ? task.Arg("format") ?? (storage.HoldsFiles ? volume.Format : "qcow2") : "raw";
            var bytesPerSecond = long.Parse(task.Arg("bwlimit") ?? "0", CultureInfo.InvariantCulture) << 10;
            drive.Volume = Volumes.Copy(task, volume, Volumes.PathOf(storage, volume.Name), target, newId, format, bytesPerSecond);
        }
        else
        {
            task.Log($"create linked clone of drive {drive.Key} ({drive.Volume})");
            drive.Volume = Volumes.Link(task, storage, volume, newId);
        }

        return drive;
    }

    private static SortedDictionary<string, string> NewConfig(TaskContext task, VmState source)
    {
        var original = task.Arg("snapname") is { } name ? source.Snapshots.Find(s => s.Name == name)!.Config : source.Config;
        var config = new SortedDictionary<string, string>(SavedState.Without(original), StringComparer.Ordinal);
        foreach (var key in config.Keys.Where(key => key is "lock" or "template" or "parent" || key.StartsWith("unused", StringComparison.Ordinal)).ToList())
        {
            config.Remove(key);
        }

        NewIdentity.Give(config);
        config["name"] = task.Arg("name") ?? $"Copy-of-VM-{source.Config.GetValueOrDefault("name") ?? source.VmId.ToString(CultureInfo.InvariantCulture)}";
        if (task.Arg("description") is { } description)
        {
            config["description"] = description;
        }

        return config;
    }
}
