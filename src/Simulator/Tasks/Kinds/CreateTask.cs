using System.Globalization;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;

namespace MultiPanel.Simulator.Tasks.Kinds;

/// <summary>Creates a VM from its options; they stand in the arguments as <c>config:name</c>.</summary>
internal sealed class CreateTask : TaskKind
{
    public const string OptionPrefix = "config:";

    public override string Type => "qmcreate";

    public override TimeSpan LockTimeout => TimeSpan.FromSeconds(1);

    public override void Begin(TaskContext task)
    {
        var config = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in task.Task.Args.Where(pair => pair.Key.StartsWith(OptionPrefix, StringComparison.Ordinal)).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList())
        {
            var name = key[OptionPrefix.Length..];
            try
            {
                config[name] = ConfigChange.Normalize(task, task.VmId, name, value);
            }
            catch (PveException error)
            {
                throw new PveException($"unable to create VM {task.VmId} - {error.Message}");
            }
        }

        config["meta"] = string.Create(CultureInfo.InvariantCulture, $"creation-qemu=7.2.0,ctime={task.Cluster.Now.ToUnixTimeSeconds()}");
        config.TryAdd("smbios1", $"uuid={Guid.NewGuid()}");
        config.TryAdd("vmgenid", Guid.NewGuid().ToString());
        config.TryAdd("boot", DefaultBoot(config));
        task.Task.NewConfig = config;
        task.Take(task.Cluster.Speed.ShortTask);
    }

    public override void Succeeded(TaskContext task)
    {
        var vm = task.Vm;
        vm.Config = task.Task.NewConfig!;
        vm.Pool = task.Arg("pool");
        if (task.Flag("start"))
        {
            task.Cluster.Tasks.Start(task.Task.Node, "qmstart", task.Task.Id, task.Task.User, new() { ["vmid"] = task.Task.Id });
        }
    }

    public override void Failed(TaskContext task)
    {
        Volumes.RemoveMade(task);
        task.Cluster.State.Vms.Remove(task.VmId);
    }

    /// <summary>First disk, then CD drive, then network, as Proxmox orders them.</summary>
    private static string DefaultBoot(SortedDictionary<string, string> config)
    {
        var drives = Drive.Of(config);
        var order = new[]
        {
            drives.Find(drive => !drive.IsCdrom && drive.HasVolume)?.Key,
            drives.Find(drive => drive.IsCdrom)?.Key,
            config.Keys.FirstOrDefault(key => key.StartsWith("net", StringComparison.Ordinal)),
        };
        return order.Any(key => key is not null) ? "order=" + string.Join(';', order.Where(key => key is not null)) : " ";
    }
}
