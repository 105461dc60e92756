using System.Globalization;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Tasks.Kinds;

/// <summary>Waits 10 s for a console connection; one that comes keeps it alive.</summary>
internal sealed class ConsoleTask(string type) : TaskKind
{
    public override string Type => type;

    public override void Begin(TaskContext task)
    {
        task.Take(10);
        throw new PveException("connection timed out");
    }
}

/// <summary>The simulated nodes have no sendmail, as the recorded ones had none, so a backup says so.</summary>
internal sealed class BackupTask : TaskKind
{
    public override string Type => "vzdump";

    public override void Begin(TaskContext task) => throw new PveException("unable to find command 'sendmail'");
}

/// <summary>Starts several VMs.</summary>
internal sealed class BulkStartTask : TaskKind
{
    public override string Type => "bulk-start";

    public override void Begin(TaskContext task)
    {
        foreach (var text in task.Arg("vms")?.Split('\0', ',') ?? [])
        {
            if (task.Cluster.State.Vms.TryGetValue(int.Parse(text, CultureInfo.InvariantCulture), out var vm) && !vm.IsRunning)
            {
                task.Log($"Starting VM {vm.VmId}");
                task.Cluster.Tasks.Start(
                    vm.Node, "qmstart", text, task.Task.User, new() { ["vmid"] = text }, new LockRequest(LockTable.OfVm(vm.VmId), Exclusive: true));
            }
        }

        task.Take(task.Cluster.Speed.Start);
    }
}
