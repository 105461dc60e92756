using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Tasks.Kinds;

/// <summary>Starts a VM, from its saved state if it was suspended to disk.</summary>
internal sealed class StartTask : TaskKind
{
    public override string Type => "qmstart";

    public override void Begin(TaskContext task)
    {
        var vm = task.Vm;
        if (vm.IsTemplate)
        {
            throw new PveException("you can't start a vm if it's a template");
        }

        if (vm.Lock == "suspended")
        {
            SavedState.LogWaking(task, vm);
            return;
        }

        task.CheckLock(vm);
        if (vm.IsRunning)
        {
            throw new PveException($"VM {vm.VmId} already running");
        }

        VolumeCheck.Activate(task, vm);
        if (Drive.Of(vm.Config).Any(drive => drive.IsCloudInit))
        {
            task.Log("generating cloud-init ISO");
        }

        task.Take(task.Cluster.Speed.Start);
    }

    public override void Succeeded(TaskContext task)
    {
        var vm = task.Vm;
        if (vm.Lock == "suspended")
        {
            SavedState.Wake(task, vm);
            return;
        }

        Guests.Start(task.Cluster, vm);
    }
}

/// <summary>Pulls a VM's plug; a stopped one is fine too.</summary>
internal sealed class StopTask : TaskKind
{
    public override string Type => "qmstop";

    public override void Begin(TaskContext task)
    {
        if (task.Vm.IsRunning)
        {
            task.CheckLock(task.Vm); // a stopped one is left alone, whatever its lock: a hibernated one stays hibernated
        }

        task.Take(task.Cluster.Speed.ShortTask);
    }

    public override void Succeeded(TaskContext task) => Guests.Stop(task.Vm);
}

/// <summary>Asks the guest to shut down: by its agent, else by the power button.</summary>
internal class ShutdownTask : TaskKind
{
    // PVE::QemuServer::_do_vm_stop waits 60 s where the call names no timeout.
    private const double DefaultTimeout = 60;

    public override string Type => "qmshutdown";

    public override void Begin(TaskContext task)
    {
        var vm = task.Vm;
        if (!vm.IsRunning)
        {
            task.Take(0.05);
            return;
        }

        task.CheckLock(vm);

        var timeout = task.Arg("timeout") is { } given ? double.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : DefaultTimeout;
        var byAgent = VmStatus.AgentUp(vm, task.At);
        if (!byAgent && VmStatus.AgentEnabled(vm))
        {
            task.Take(3);
            task.Log($"QEMU Guest Agent is not running - VM {vm.VmId} qga command 'guest-ping' failed - got timeout");
        }

        var reacts = byAgent || (vm.Power == PowerState.Running && vm.Guest is not (null or Guests.IgnoresAcpi));
        if (reacts && task.Cluster.Speed.GuestShutdown.TotalSeconds <= timeout)
        {
            task.Take(task.Cluster.Speed.GuestShutdown);
            return;
        }

        task.Take(timeout);
        if (!task.Flag("forceStop"))
        {
            throw new PveException("VM quit/powerdown failed - got timeout");
        }

        task.Log("VM still running - terminating now with SIGTERM");
        task.Take(0.2);
    }

    public override void Succeeded(TaskContext task) => Guests.Stop(task.Vm);
}

/// <summary>Shuts the guest down and starts it again, with what was pending.</summary>
internal sealed class RebootTask : ShutdownTask
{
    public override string Type => "qmreboot";

    public override void Begin(TaskContext task)
    {
        base.Begin(task);
        task.Take(task.Cluster.Speed.Start);
    }

    public override void Succeeded(TaskContext task)
    {
        base.Succeeded(task);
        Guests.Start(task.Cluster, task.Vm);
    }
}

/// <summary>The reset button: the process stays, the guest begins again.</summary>
internal sealed class ResetTask : TaskKind
{
    public override string Type => "qmreset";

    public override void Begin(TaskContext task)
    {
        task.CheckLock(task.Vm);
        task.Take(task.Cluster.Speed.ShortTask);
    }

    public override void Succeeded(TaskContext task) => Guests.Boot(task.Cluster, task.Vm);
}
