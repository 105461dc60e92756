using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Tasks.Kinds;

/// <summary>Takes a snapshot, with memory if asked and running.</summary>
internal sealed class SnapshotTask : TaskKind
{
    public override string Type => "qmsnapshot";

    public override void Begin(TaskContext task)
    {
        var vm = task.Vm;
        var name = task.Arg("snapname")!;
        task.CheckLock(vm);
        if (vm.IsTemplate)
        {
            throw new PveException("you can't take a snapshot if it's a template");
        }

        if (vm.Snapshots.Exists(snapshot => snapshot.Name == name))
        {
            throw new PveException($"snapshot name '{name}' already used");
        }

        var drives = Drive.Of(vm.Config).Where(drive => drive.HasVolume && !drive.IsCdrom).ToList();
        if (drives.Exists(drive => task.Cluster.Storage(drive.Storage).HoldsFiles && drive.VolumeName.EndsWith(".raw", StringComparison.Ordinal)))
        {
            throw new PveException("snapshot feature is not available");
        }

        if (vm.IsRunning && task.Flag("vmstate"))
        {
            SaveMemory(task, vm, name);
        }
        else if (vm.IsRunning && VmStatus.AgentEnabled(vm) && !VmStatus.AgentUp(vm, task.At))
        {
            task.Take(3);
            task.Log(vm.Power == PowerState.Paused
                ? "skipping guest filesystem freeze - agent configured but not running?"
                : $"QEMU Guest Agent is not running - VM {vm.VmId} qga command 'guest-ping' failed - got timeout");
        }

        foreach (var drive in drives)
        {
            task.Log($"snapshotting 'drive-{drive.Key}' ({drive.Volume})");
            if (vm.IsRunning)
            {
                task.Log("internal qemu snapshot");
            }
        }

        task.Take(task.Cluster.Speed.ShortTask);
    }

    public override void Succeeded(TaskContext task)
    {
        var vm = task.Vm;
        if (task.Arg("state") is { } state && Volumes.Find(task.Cluster, vm.Node, state) is { } saved)
        {
            saved.Size = saved.Used; // what was allocated and not needed is given back
        }

        var config = new SortedDictionary<string, string>(vm.Config.Where(pair => pair.Key is not ("parent" or "lock")).ToDictionary(), StringComparer.Ordinal);
        if (task.Arg("state") is { } memory)
        {
            SavedState.Record(config, memory);
        }

        vm.Snapshots.Add(new SnapshotState
        {
            Name = task.Arg("snapname")!,
            Parent = vm.Config.GetValueOrDefault("parent"),
            Description = task.Arg("description") ?? "",
            Time = task.Task.StartedAt.ToUnixTimeSeconds(),
            VmState = task.Arg("state"),
            Config = config,
            Guest = vm.Guest,
        });
        vm.Config["parent"] = task.Arg("snapname")!;
    }

    public override void Failed(TaskContext task) => Volumes.RemoveMade(task);

    private static void SaveMemory(TaskContext task, VmState vm, string name)
    {
        var state = SavedState.Allocate(task, vm, $"state-{name}");
        task.Task.Args["state"] = state;
        task.Log($"saving VM state and RAM using storage '{state.Split(':')[0]}'");
        task.Log("1.51 MiB in 0s");
        task.Take(task.Cluster.Speed.ShortTask);
        task.Log("completed saving the VM state in 0s, saved 89.43 MiB");
    }
}

/// <summary>Deletes a snapshot; its children get its parent.</summary>
internal sealed class DeleteSnapshotTask : TaskKind
{
    public override string Type => "qmdelsnapshot";

    public override void Begin(TaskContext task)
    {
        var vm = task.Vm;
        task.CheckLock(vm);
        RollbackTask.Find(vm, task.Arg("snapname")!);
        task.Take(task.Cluster.Speed.ShortTask);
    }

    public override void Succeeded(TaskContext task)
    {
        var vm = task.Vm;
        var snapshot = RollbackTask.Find(vm, task.Arg("snapname")!);
        vm.Snapshots.Remove(snapshot);
        foreach (var child in vm.Snapshots.Where(child => child.Parent == snapshot.Name))
        {
            child.Parent = snapshot.Parent;
        }

        if (vm.Config.GetValueOrDefault("parent") == snapshot.Name)
        {
            if (snapshot.Parent is { } parent)
            {
                vm.Config["parent"] = parent;
            }
            else
            {
                vm.Config.Remove("parent");
            }
        }

        if (snapshot.VmState?.Split(':', 2) is [var storage, var name])
        {
            task.Cluster.Storage(storage).Remove(vm.Node, name);
        }
    }
}

/// <summary>Puts a VM back to a snapshot: running with its memory if that was saved, else stopped.</summary>
internal sealed class RollbackTask : TaskKind
{
    public override string Type => "qmrollback";

    public static SnapshotState Find(VmState vm, string name) =>
        vm.Snapshots.Find(snapshot => snapshot.Name == name) ?? throw new PveException($"snapshot '{name}' does not exist");

    public override void Begin(TaskContext task)
    {
        var vm = task.Vm;
        task.CheckLock(vm);
        if (Find(vm, task.Arg("snapname")!).VmState is not null)
        {
            task.Log("netdev net0: not adding 'host_mtu' parameter for migration compat");
            task.Take(task.Cluster.Speed.Start);
        }

        task.Take(task.Cluster.Speed.ShortTask);
    }

    public override void Succeeded(TaskContext task)
    {
        var vm = task.Vm;
        var snapshot = Find(vm, task.Arg("snapname")!);
        Guests.Stop(vm);
        vm.Config = new SortedDictionary<string, string>(SavedState.Without(snapshot.Config), StringComparer.Ordinal) { ["parent"] = snapshot.Name };
        if (snapshot.VmState is not null)
        {
            Guests.Wake(task.Cluster, vm, snapshot.Guest);
        }
        else if (task.Flag("start"))
        {
            // A task of its own: the VM still reads as stopped when the rollback has ended.
            task.Cluster.Tasks.Start(
                task.Task.Node, "qmstart", task.Task.Id, task.Task.User, new() { ["vmid"] = task.Task.Id }, new LockRequest(LockTable.OfVm(vm.VmId), Exclusive: true));
        }
    }
}
