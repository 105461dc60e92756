using System.Globalization;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Tasks.Kinds;

/// <summary>Pauses a VM in memory.</summary>
internal sealed class PauseTask : TaskKind
{
    public override string Type => "qmpause";

    public override void Begin(TaskContext task)
    {
        task.CheckLock(task.Vm);
        task.Take(0.05);
    }

    public override void Succeeded(TaskContext task)
    {
        task.Vm.Power = PowerState.Paused;
        task.Vm.RunsAt = null;
    }
}

/// <summary>Saves memory to disk and quits; the configuration is locked "suspended" until the next start.</summary>
internal sealed class SuspendTask : TaskKind
{
    public override string Type => "qmsuspend";

    public override void Begin(TaskContext task)
    {
        var vm = task.Vm;
        task.CheckLock(vm);
        var day = task.Cluster.Now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        task.Task.Args["vmstate"] = SavedState.Allocate(task, vm, $"state-suspend-{day}", task.Arg("statestorage"));
        task.Take(task.Cluster.Speed.ShortTask);
        task.Log("State saved, quitting");
    }

    public override void Succeeded(TaskContext task)
    {
        var vm = task.Vm;
        vm.Config["lock"] = "suspended";
        SavedState.Record(vm.Config, task.Arg("vmstate")!);

        // The process is gone a moment after its task (seen on 9.1.8).
        vm.QuitsAt = task.Cluster.Now + task.Cluster.Scaled(2);
        task.Cluster.Quitting.Add(vm);
    }

    public override void Failed(TaskContext task) => Volumes.RemoveMade(task);
}

/// <summary>Lets a paused VM run on, and wakes a hibernated one.</summary>
internal sealed class ResumeTask : TaskKind
{
    public override string Type => "qmresume";

    public override void Begin(TaskContext task)
    {
        if (task.Vm.Lock == "suspended")
        {
            SavedState.LogWaking(task, task.Vm);
            return;
        }

        task.Take(0.05);
    }

    public override void Succeeded(TaskContext task)
    {
        if (task.Vm.Lock == "suspended")
        {
            SavedState.Wake(task, task.Vm);
            return;
        }

        task.Vm.Power = PowerState.Running;
        task.Vm.OtherQmpStatus = null;
    }
}
