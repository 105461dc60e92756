using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;
using MultiPanel.Simulator.Tasks;

namespace MultiPanel.Simulator.Qemu;

/// <summary>Makes, copies and removes volumes, with the log lines and errors of qemu-img and the storage layer.</summary>
internal static class Volumes
{
    private const long LargestRaw = 16L << 40; // ext4's file size limit

    // Metadata of a qcow2 image of this size takes longer than the 60 s that a cluster-wide storage lock is held (900 TiB did on 9.2.11).
    private const long LargestPreallocated = 256L << 40;

    public static VolumeState? Find(Cluster cluster, string node, string volumeId) =>
        volumeId.Split(':', 2) is [var storage, var name] ? cluster.State.Storages.Find(s => s.Name == storage)?.Find(node, name) : null;

    /// <summary>The format of a copy: the one asked for, else the source's, where the storage holds files.</summary>
    public static string FormatOn(StorageState target, string? wanted, VolumeState? source) => target.HoldsFiles ? wanted ?? source?.Format ?? "raw" : "raw";

    /// <summary>Where a volume is; a linked clone's name starts with its base, which is no part of the path.</summary>
    public static string PathOf(StorageState storage, string name) =>
        storage.HoldsFiles ? $"{storage.Path}/images/{string.Join('/', name.Split('/')[^2..])}" : $"/dev/pve/{name}";

    /// <summary>What the storage layer prints when it makes a volume.</summary>
    public static string Formatting(StorageState storage, string name, string format, long size) => (storage.HoldsFiles, format) switch
    {
        (false, _) => $"  Logical volume \"{name}\" created.",
        (_, "raw") => $"Formatting '{PathOf(storage, name)}', fmt=raw size={size} preallocation=off",
        _ => $"Formatting '{PathOf(storage, name)}', fmt={format} cluster_size=65536 extended_l2=off preallocation=metadata compression_type=zlib size={size} lazy_refcounts=off refcount_bits=16",
    };

    /// <summary>Allocates an empty volume and returns its id.</summary>
    public static string Allocate(TaskContext task, StorageState storage, int vmId, string kind, long size, string format, string? guest = null, long? used = null)
    {
        WaitForStorage(task, storage);
        var file = NameFor(storage, task.Task.Node, vmId, kind, format);
        var name = storage.HoldsFiles ? $"{vmId}/{file}" : file;
        task.Log(Formatting(storage, name, format, size));
        if (storage.HoldsFiles && format == "raw" && size > LargestRaw)
        {
            throw new PveException($"unable to create image: qemu-img: {PathOf(storage, name)}: The image size is too large for file format 'raw'");
        }

        if (storage is { Shared: true, HoldsFiles: true } && format == "qcow2" && size > LargestPreallocated)
        {
            task.Take(60);
            throw new PveException($"unable to create image: 'storage-{storage.Name}'-locked command timed out - aborting");
        }

        Add(task, storage, new VolumeState
        {
            Name = name,
            VmId = vmId,
            Format = format,
            Size = size,
            Used = used ?? Math.Min(size, 256 << 10),
            Created = task.At.ToUnixTimeSeconds(),
            Guest = guest,
        });
        return $"{storage.Name}:{name}";
    }

    /// <summary>Makes a linked clone of a base volume and returns its id.</summary>
    public static string Link(TaskContext task, StorageState storage, VolumeState baseVolume, int vmId)
    {
        WaitForStorage(task, storage);
        var file = NameFor(storage, task.Task.Node, vmId, "disk", baseVolume.Format);
        var name = storage.HoldsFiles ? $"{VolumeState.OwnName(baseVolume.Name)}/{vmId}/{file}" : file;
        if (storage.HoldsFiles)
        {
            var (directory, baseFile) = VolumeState.OwnName(baseVolume.Name).Split('/') is [var d, var f] ? (d, f) : ("", baseVolume.Name);
            task.Log($"clone {baseVolume.Name}: images, {file}, {vmId} to {file} (base=../{directory}/{baseFile})");
            task.Log($"Formatting '{storage.Path}/images/{vmId}/{file}', fmt=qcow2 cluster_size=131072 extended_l2=on preallocation=metadata compression_type=zlib size={baseVolume.Size} backing_file=../{directory}/{baseFile} backing_fmt=qcow2 lazy_refcounts=off refcount_bits=16");
        }
        else
        {
            task.Log($"  Logical volume \"{file}\" created.");
        }

        Add(task, storage, new VolumeState
        {
            Name = name,
            VmId = vmId,
            Format = baseVolume.Format,
            Size = baseVolume.Size,
            Used = Math.Min(baseVolume.Size, 512 << 10),
            Parent = baseVolume.Name,
            Created = task.At.ToUnixTimeSeconds(),
            Guest = baseVolume.Guest,
        });
        return $"{storage.Name}:{name}";
    }

    /// <summary>Copies a volume in full and returns the copy's id; fails on the way when the storage has no room.</summary>
    public static string Copy(TaskContext task, VolumeState source, string sourcePath, StorageState target, int vmId, string format, long bytesPerSecond)
    {
        var room = target.FreeOn(task.Task.Node);
        var id = Allocate(task, target, vmId, "disk", source.Size, format, source.Guest, Math.Min(source.Used, room));
        task.Log($"allocated target volume '{id}'");
        var limit = bytesPerSecond > 0 ? $"-r {bytesPerSecond >> 10}K " : "";
        var speed = bytesPerSecond > 0 ? Math.Min(bytesPerSecond, task.Cluster.Speed.CloneBytesPerSecond) : task.Cluster.Speed.CloneBytesPerSecond;
        var targetPath = PathOf(target, id[(target.Name.Length + 1)..]);
        var command = $"/usr/bin/qemu-img convert -p -n {limit}-f {source.Format} -O {format} {sourcePath} zeroinit:{targetPath}";
        task.Task.Args["copying"] = command;
        if (source.Used > room || task.Cluster.Faults.IsFull(target.Name))
        {
            var written = Math.Clamp(room / (double)Math.Max(1, source.Used), 0.02, 0.98);
            task.Copy(source.Size, source.Used, speed, written);
            task.Log($"qemu-img: error while writing at byte {(long)(source.Size * written) >> 16 << 16}: No space left on device");
            throw new PveException($"copy failed: command '{command}' failed: exit code 1");
        }

        task.Copy(source.Size, source.Used, speed);
        return id;
    }

    public static void RemoveMade(TaskContext task)
    {
        foreach (var made in task.Task.MadeVolumes)
        {
            if (made.Split('|') is [var storage, var node, var name])
            {
                task.Cluster.Storage(storage).Remove(node, name);
            }
        }
    }

    /// <summary>Removes all volumes that belong to a VM, on shared storage and its node.</summary>
    public static void RemoveOf(Cluster cluster, string node, int vmId)
    {
        foreach (var storage in cluster.State.Storages)
        {
            foreach (var volume in storage.On(node).Where(volume => volume.VmId == vmId).ToList())
            {
                storage.Remove(node, volume.Name);
            }
        }
    }

    private static void Add(TaskContext task, StorageState storage, VolumeState volume)
    {
        if (storage.HoldsFiles && storage.FreeOn(task.Task.Node) < volume.Used && volume.Used < (1 << 20))
        {
            throw new PveException($"unable to create image: qemu-img: {PathOf(storage, volume.Name)}: Could not resize image: No space left on device");
        }

        storage.Add(task.Task.Node, volume);
        task.Task.MadeVolumes.Add($"{storage.Name}|{task.Task.Node}|{volume.Name}");
    }

    private static void WaitForStorage(TaskContext task, StorageState storage)
    {
        var limit = TimeSpan.FromSeconds(10);
        var place = storage.Place(task.Task.Node);
        var free = storage.LockedUntil.GetValueOrDefault(place);
        if (task.Cluster.Locks.IsHeld(LockTable.OfStorage(storage.Name)) || free - task.At > task.Cluster.Scaled(limit))
        {
            task.Take(limit);
            throw new PveException(storage.Shared
                ? $"cfs-lock 'storage-{storage.Name}' error: got lock request timeout"
                : $"can't lock file '{LockTable.OfStorage(storage.Name)}' - got timeout");
        }

        task.WaitUntil(free);
        task.Take(task.Cluster.Speed.Allocation);
        storage.LockedUntil[place] = task.At;
    }

    private static string NameFor(StorageState storage, string node, int vmId, string kind, string format)
    {
        var suffix = storage.HoldsFiles ? $".{format}" : "";
        if (kind != "disk")
        {
            return $"vm-{vmId}-{kind}{suffix}";
        }

        var taken = storage.On(node).Where(volume => volume.VmId == vmId).Select(volume => volume.Name.Split('/')[^1].Split('.')[0]).ToHashSet();
        var number = Enumerable.Range(0, 1000).First(n => !taken.Contains($"vm-{vmId}-disk-{n}") && !taken.Contains($"base-{vmId}-disk-{n}"));
        return $"vm-{vmId}-disk-{number}{suffix}";
    }
}
