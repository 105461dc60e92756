using MultiPanel.Simulator.Running;

namespace MultiPanel.Simulator.Tasks.Kinds;

/// <summary>Asks the HA manager for what it will do in its next round, and ends.</summary>
internal abstract class HaTask(string request) : TaskKind
{
    public override void Begin(TaskContext task)
    {
        task.Log($"Requesting HA {request} for VM {task.VmId}{(task.Arg("target") is { } target ? $" to node {target}" : "")}");
        task.Take(task.Cluster.Speed.ShortTask);
    }

    public override void Succeeded(TaskContext task)
    {
        var args = new Dictionary<string, string>();
        foreach (var name in new[] { "vmid", "target", "online", "timeout", "with-local-disks" })
        {
            if (task.Arg(name) is { } value)
            {
                args[name] = value;
            }
        }

        HaManager.Ask(task.Cluster, task.VmId, task.Arg("work")!, args);
    }
}

internal sealed class HaStartTask() : HaTask("start")
{
    public override string Type => "hastart";
}

internal sealed class HaStopTask() : HaTask("stop")
{
    public override string Type => "hastop";
}

internal sealed class HaMigrateTask() : HaTask("migration")
{
    public override string Type => "hamigrate";
}
