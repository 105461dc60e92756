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
            "tags" => Tags.Normalize(task.Cluster.State, value),
            _ when key.StartsWith("net", StringComparison.Ordinal) && char.IsAsciiDigit(key[^1]) => NewIdentity.WithMac(value),
            _ => value,
        };
    }

    /// <summary>Applies changes: at once where the VM is stopped or the option can change while it runs, else as pending.</summary>
    public static void Apply(TaskContext task, VmState vm, IReadOnlyDictionary<string, string> values, IEnumerable<string> delete)
    {
        Check(vm, values);
        foreach (var key in delete)
        {
            Delete(task, vm, key);
        }

        foreach (var (key, given) in values)
        {
            var value = Normalize(task, vm.VmId, key, given);
            vm.PendingDelete.Remove(key);
            Set(vm, key, value);
        }
    }

    /// <summary>Takes back what waits for the next start.</summary>
    public static void Revert(VmState vm, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            vm.Pending.Remove(key);
            vm.PendingDelete.Remove(key);
        }
    }

    private static void Check(VmState vm, IReadOnlyDictionary<string, string> values)
    {
        if (!values.ContainsKey("memory") && !values.ContainsKey("balloon"))
        {
            return;
        }

        string Value(string key, string otherwise) => values.GetValueOrDefault(key) ?? vm.Pending.GetValueOrDefault(key) ?? vm.Config.GetValueOrDefault(key, otherwise);
        if (int.Parse(Value("balloon", "0"), CultureInfo.InvariantCulture) > int.Parse(Value("memory", "512").Split('=')[^1], CultureInfo.InvariantCulture))
        {
            throw new PveException("balloon value too large (must be smaller than assigned memory)");
        }
    }

    private static void Set(VmState vm, string key, string value)
    {
        if (vm.IsRunning && !QemuOptions.AppliesWhileRunning(vm.Config, key, value))
        {
            vm.Pending[key] = value;
            return;
        }

        vm.Pending.Remove(key);
        vm.Config[key] = value;
    }

    private static void Delete(TaskContext task, VmState vm, string key)
    {
        var isUnused = QemuOptions.StartsWithDigit(key, "unused");
        if (vm.Config.GetValueOrDefault("protection") == "1" && (isUnused || Drive.IsKey(key)))
        {
            throw new PveException(isUnused ? $"can't remove unused disk '{key}' - protection mode enabled" : $"can't remove drive '{key}' - protection mode enabled");
        }

        vm.Pending.Remove(key);
        if (!vm.Config.TryGetValue(key, out var value))
        {
            return;
        }

        RemoveFromBootOrder(vm, key);
        if (vm.IsRunning && !QemuOptions.AppliesWhileRunning(vm.Config, key, null))
        {
            vm.PendingDelete.Add(key);
            return;
        }

        vm.Config.Remove(key);
        if (isUnused && value.Split(':', 2) is [var storage, var name])
        {
            task.Cluster.Storage(storage).Remove(vm.Node, name);
        }
        else if (Drive.IsKey(key) && Drive.Parse(key, value) is { HasVolume: true, IsCdrom: false } drive)
        {
            var free = Enumerable.Range(0, 256).First(n => !vm.Config.ContainsKey($"unused{n}"));
            vm.Config[$"unused{free}"] = drive.Volume; // the disk stays until it is removed as an unused one
        }
    }

    private static void RemoveFromBootOrder(VmState vm, string key)
    {
        const string Prefix = "order=";
        var boot = vm.Pending.GetValueOrDefault("boot") ?? vm.Config.GetValueOrDefault("boot", "");
        if (boot.StartsWith(Prefix, StringComparison.Ordinal) && boot[Prefix.Length..].Split(';') is var order && order.Contains(key))
        {
            Set(vm, "boot", order.Length == 1 ? " " : Prefix + string.Join(';', order.Where(device => device != key)));
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
        var wanted = drive.Options.Remove("format", out var given) && storage.HoldsFiles ? given : null;
        if (drive.Options.Remove("import-from", out var import))
        {
            Import(task, vmId, drive, storage, import, wanted);
        }
        else if (drive.VolumeName == "cloudinit")
        {
            drive.Volume = Volumes.Allocate(task, storage, vmId, "cloudinit", 4 << 20, wanted ?? (storage.HoldsFiles ? "qcow2" : "raw"));
            drive.Options["media"] = "cdrom";
            task.Log($"{drive.Key}: successfully created disk '{drive}'");
        }
        else if (double.TryParse(drive.VolumeName, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var gib))
        {
            var size = FirmwareSize(drive.Key)
                ?? (gib * (1L << 30) < long.MaxValue ? (long)(gib * (1L << 30)) : throw new PveException("unable to create image: qemu-img: Image size must be less than 8 EiB!"));
            drive.Volume = Volumes.Allocate(task, storage, vmId, "disk", size, drive.Key == "tpmstate0" ? "raw" : wanted ?? "raw");
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

    /// <summary>Firmware's own disks have their size whatever is asked for: OVMF's variables, and a TPM's state.</summary>
    private static long? FirmwareSize(string key) => key switch
    {
        "efidisk0" => 528 << 10,
        "tpmstate0" => 4 << 20,
        _ => null,
    };

    /// <summary>In the source's format, unless another is asked for or the storage holds no files.</summary>
    private static void Import(TaskContext task, int vmId, Drive drive, StorageState storage, string from, string? wanted)
    {
        var source = Volumes.Find(task.Cluster, task.Task.Node, from) ?? throw new PveException($"volume '{from}' does not exist");
        task.Log($"create full clone of drive ({from})");
        var path = Volumes.PathOf(task.Cluster.Storage(from.Split(':')[0]), source.Name);
        drive.Volume = Volumes.Copy(task, source, path, storage, vmId, wanted ?? (storage.HoldsFiles ? source.Format : "raw"), 0);
        drive.Options["size"] = Sizes.Exact(source.Size);
        task.Log($"{drive.Key}: successfully created disk '{drive}'");
    }
}
