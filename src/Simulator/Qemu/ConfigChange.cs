using System.Globalization;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;
using MultiPanel.Simulator.Tasks;

namespace MultiPanel.Simulator.Qemu;

/// <summary>Writes options into a VM's configuration, allocating the disks that they ask for.</summary>
internal static class ConfigChange
{
    /// <summary>The value that the configuration file holds for a given option.</summary>
    public static string Normalize(TaskContext task, int vmId, string key, string value)
    {
        if (Drive.IsKey(key))
        {
            return MakeDrive(task, vmId, Drive.Parse(key, value)).ToString();
        }

        return key switch
        {
            "tags" => string.Join(';', value.Split([';', ',', ' '], StringSplitOptions.RemoveEmptyEntries)
                .Select(tag => tag.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal)),
            _ when key.StartsWith("net", StringComparison.Ordinal) && char.IsAsciiDigit(key[^1]) => NewIdentity.WithMac(value),
            _ => value,
        };
    }

    /// <summary>Applies changes: at once where the VM is stopped or the option can change while it runs, else as pending.</summary>
    public static void Apply(TaskContext task, VmState vm, IReadOnlyDictionary<string, string> values, IEnumerable<string> delete)
    {
        foreach (var key in delete)
        {
            Delete(vm, key);
        }

        foreach (var (key, given) in values)
        {
            var value = Normalize(task, vm.VmId, key, given);
            vm.PendingDelete.Remove(key);
            if (vm.IsRunning && !QemuOptions.AppliesWhileRunning(key))
            {
                vm.Pending[key] = value;
                continue;
            }

            vm.Pending.Remove(key);
            vm.Config[key] = value;
        }
    }

    private static void Delete(VmState vm, string key)
    {
        vm.Pending.Remove(key);
        if (!vm.Config.TryGetValue(key, out var value))
        {
            return;
        }

        if (vm.IsRunning && !QemuOptions.AppliesWhileRunning(key))
        {
            vm.PendingDelete.Add(key);
            return;
        }

        vm.Config.Remove(key);
        if (Drive.IsKey(key) && Drive.Parse(key, value) is { HasVolume: true, IsCdrom: false } drive)
        {
            var free = Enumerable.Range(0, 256).First(n => !vm.Config.ContainsKey($"unused{n}"));
            vm.Config[$"unused{free}"] = drive.Volume; // the disk stays until it is removed as an unused one
        }
    }

    private static Drive MakeDrive(TaskContext task, int vmId, Drive drive)
    {
        if (!drive.HasVolume)
        {
            return drive;
        }

        var cluster = task.Cluster;
        var storage = cluster.Storage(drive.Storage);
        var format = drive.Options.Remove("format", out var wanted) && storage.HoldsFiles ? wanted : Volumes.DefaultFormat(storage);
        if (drive.Options.Remove("import-from", out var import))
        {
            Import(task, vmId, drive, storage, import, format);
        }
        else if (drive.VolumeName == "cloudinit")
        {
            drive.Volume = Volumes.Allocate(task, storage, vmId, "cloudinit", 4 << 20, format);
            drive.Options["media"] = "cdrom";
            task.Log($"{drive.Key}: successfully created disk '{drive}'");
        }
        else if (double.TryParse(drive.VolumeName, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var gib))
        {
            var size = gib * (1L << 30) < long.MaxValue ? (long)(gib * (1L << 30)) : throw new PveException("unable to create image: qemu-img: Image size must be less than 8 EiB!");
            drive.Volume = Volumes.Allocate(task, storage, vmId, "disk", size, format);
            drive.Options["size"] = Sizes.Exact(size);
            task.Log($"{drive.Key}: successfully created disk '{drive}'");
        }
        else if (!drive.IsCdrom)
        {
            var volume = storage.Find(task.Task.Node, drive.VolumeName) ?? throw new PveException($"volume '{drive.Volume}' does not exist");
            drive.Options["size"] = Sizes.Exact(volume.Size);
        }

        return drive;
    }

    private static void Import(TaskContext task, int vmId, Drive drive, StorageState storage, string from, string format)
    {
        var source = Volumes.Find(task.Cluster, task.Task.Node, from) ?? throw new PveException($"volume '{from}' does not exist");
        task.Log($"create full clone of drive ({from})");
        var path = Volumes.PathOf(task.Cluster.Storage(from.Split(':')[0]), source.Name);
        drive.Volume = Volumes.Copy(task, source, path, storage, vmId, format, 0);
        drive.Options["size"] = Sizes.Exact(source.Size);
        task.Log($"{drive.Key}: successfully created disk '{drive}'");
    }
}
