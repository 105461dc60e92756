using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Tasks.Kinds;

/// <summary>Starts a VM, from its saved state if it was suspended to disk.</summary>
internal class StartTask : TaskKind
{
    public override string Type => "qmstart";

    public override void Begin(TaskContext task)
    {
        var vm = task.Vm;
        if (vm.QuitsAt is { } quits)
        {
            task.WaitUntil(quits);
        }
        else if (vm.IsRunning)
        {
            throw new PveException($"VM {vm.VmId} already running");
        }

        if (vm.Lock == "suspended")
        {
            task.Log("Resuming suspended VM");
            task.Log("netdev net0: not adding 'host_mtu' parameter for migration compat");
            task.Log($"activating and using '{vm.Config.GetValueOrDefault("vmstate")}' as vmstate");
            task.Take(task.Cluster.Speed.Start);
            task.Log("Resumed VM, removing state");
            return;
        }

        task.CheckLock(vm);
        if (vm.IsTemplate)
        {
            throw new PveException("you can't start a vm if it's a template");
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
            vm.Config.Remove("lock");
            if (vm.Config.Remove("vmstate", out var state) && state.Split(':', 2) is [var storage, var name])
            {
                task.Cluster.Storage(storage).Remove(vm.Node, name);
            }

            Guests.Wake(task.Cluster, vm, vm.Guest);
            return;
        }

        Guests.Start(task.Cluster, vm);
    }
}

/// <summary>The HA manager starts a VM on request.</summary>
internal sealed class HaStartTask : StartTask
{
    public override string Type => "hastart";

    public override void Begin(TaskContext task)
    {
        task.Log($"Requesting HA start for VM {task.VmId}");
        if (!task.Vm.IsRunning)
        {
            base.Begin(task);
        }
    }

    public override void Succeeded(TaskContext task)
    {
        if (!task.Vm.IsRunning)
        {
            base.Succeeded(task);
        }
    }
}

/// <summary>Pulls a VM's plug; a stopped one is fine too.</summary>
internal class StopTask : TaskKind
{
    public override string Type => "qmstop";

    public override void Begin(TaskContext task)
    {
        task.CheckLock(task.Vm);
        task.Take(task.Cluster.Speed.ShortTask);
    }

    public override void Succeeded(TaskContext task) => Guests.Stop(task.Vm);
}

internal sealed class HaStopTask : StopTask
{
    public override string Type => "hastop";

    public override void Begin(TaskContext task)
    {
        task.Log($"Requesting HA stop for VM {task.VmId}");
        base.Begin(task);
    }
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
        task.CheckLock(vm);
        if (!vm.IsRunning)
        {
            task.Take(0.05);
            return;
        }

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
