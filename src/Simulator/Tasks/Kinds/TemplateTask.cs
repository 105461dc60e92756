using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Tasks.Kinds;

/// <summary>Makes a VM a template: its disks become base volumes.</summary>
internal sealed class TemplateTask : TaskKind
{
    public override string Type => "qmtemplate";

    public override void Begin(TaskContext task) => task.Take(task.Cluster.Speed.ShortTask);

    public override void Succeeded(TaskContext task)
    {
        var vm = task.Vm;
        vm.Config["template"] = "1";
        foreach (var drive in Drive.Of(vm.Config).Where(drive => drive.HasVolume && !drive.IsCdrom))
        {
            var storage = task.Cluster.Storage(drive.Storage);
            if (storage.Find(vm.Node, drive.VolumeName) is { } volume)
            {
                drive.Volume = $"{storage.Name}:{Rename(storage, vm, volume)}";
                vm.Config[drive.Key] = drive.ToString();
            }
        }
    }

    private static string Rename(StorageState storage, VmState vm, VolumeState volume)
    {
        var name = volume.Name.Replace($"vm-{vm.VmId}-", $"base-{vm.VmId}-", StringComparison.Ordinal);
        storage.Remove(vm.Node, volume.Name);
        storage.Add(vm.Node, new VolumeState
        {
            Name = name,
            VmId = volume.VmId,
            Format = volume.Format,
            Size = volume.Size,
            Used = volume.Used,
            Parent = volume.Parent,
            Created = volume.Created,
            Guest = volume.Guest,
        });
        return name;
    }
}
