using MultiPanel.Simulator.Qemu;

namespace MultiPanel.Simulator.Tasks.Kinds;

/// <summary>Changes a VM's configuration in the background; options stand in the arguments as <c>config:name</c>.</summary>
internal sealed class ConfigTask : TaskKind
{
    public override string Type => "qmconfig";

    public override void Begin(TaskContext task)
    {
        var vm = task.Vm;
        task.CheckLock(vm);
        var values = task.Task.Args.Where(pair => pair.Key.StartsWith(CreateTask.OptionPrefix, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key[CreateTask.OptionPrefix.Length..], pair => pair.Value);
        var delete = task.Arg("delete")?.Split(',') ?? [];
        task.Log($"update VM {vm.VmId}: {string.Join(' ', values.Select(pair => $"-{pair.Key} {pair.Value}").Concat(delete.Select(key => $"-delete {key}")))}");
        ConfigChange.Revert(vm, task.Arg("revert")?.Split(',') ?? []);
        ConfigChange.Apply(task, vm, values, delete);
        task.Take(task.Cluster.Speed.ShortTask);
    }
}
