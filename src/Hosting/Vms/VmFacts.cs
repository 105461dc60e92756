using System.Text.Json;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Hosting.Vms;

/// <summary>Puts into a VM's row what Proxmox said of it: what it is configured with, and apart from that what it runs with.</summary>
public static class VmFacts
{
    /// <summary>A guest that boots answers to nothing, and each question in vain holds a worker of Proxmox for 3 s.</summary>
    private static readonly TimeSpan FirstQuestion = TimeSpan.FromSeconds(15);

    /// <summary>Uptimes are whole seconds, and a call takes its time.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(10);

    /// <summary>The SMBIOS uuid: new for every VM and clone, kept by a rename, a migration and a rollback. Names are labels.</summary>
    public static string? Uuid(QemuConfig config) => config.Raw.GetValueOrDefault("smbios1")?.Split(',')
        .FirstOrDefault(part => part.StartsWith("uuid=", StringComparison.Ordinal))?["uuid=".Length..];

    public static IReadOnlyList<PendingChange> Pending(QemuPending seen) =>
        [.. seen.Changes.Select(change => new PendingChange(change.Key, change.Now, change.Then))];

    /// <param name="row">Changes where the config says something new.</param>
    /// <param name="config">With what waits for the next start, as Proxmox answers by default.</param>
    /// <param name="pending">Null: it was not asked for, and stays as known.</param>
    /// <param name="now">When the config was read.</param>
    public static void Take(Vm row, QemuConfig config, IReadOnlyList<PendingChange>? pending, DateTime now)
    {
        row.Uuid = Uuid(config) ?? row.Uuid;
        row.LinkedToId = config.StandsOnBase || config.Lock is "clone" or "create" ? row.LinkedToId : null;
        row.Name = config.Name ?? row.Name;
        row.Template = config.Template;
        row.Cores = config.Cores * config.Sockets;
        row.Sockets = config.Sockets;
        row.MemoryMb = config.MemoryMb;
        row.Tags = [.. config.Tags];
        row.Disks = ConfiguredDisks.Sizes(config);
        row.DiskGb = VmDisk.Sum(row.Disks);
        var read = VmConfigReader.Read(config, pending ?? row.Config?.Pending ?? [], now);
        row.Config = row.Config is { } known && Json(known) == Json(read with { ReadAt = known.ReadAt }) ? known : read;
    }

    /// <summary>A status that was just read, which lists lag behind.</summary>
    public static void TakeStatus(Vm row, string node, QemuStatus status, DateTime now)
    {
        var state = VmState.Of(status);
        (row.Node, row.Status, row.QemuState, row.Lock, row.SeenAt, row.ObservedAt) = (node, state.Status, state.Detail, state.Lock, now, now);
        TakeRunning(row, (int?)status.Cpus, (int?)(status.MaxMem / 1024 / 1024));
        if (!IsOn(state.Status))
        {
            TakeStop(row);
        }
        else if (row.StartedAt is not { } known || now - status.Uptime > known + Rounding)
        {
            TakeStart(row, status.Uptime, now);
        }
    }

    /// <summary>It has a QEMU.</summary>
    public static bool IsOn(VmStatus status) => status is VmStatus.Running or VmStatus.Paused;

    /// <summary>What a list or a status shows beside the state.</summary>
    /// <param name="row">Its status is the new one already.</param>
    /// <param name="cores">What it runs with; null: that is not shown.</param>
    public static void TakeRunning(Vm row, int? cores, int? memoryMb) => (row.RunningCores, row.RunningMemoryMb) = row.Status switch
    {
        VmStatus.Running or VmStatus.Paused => (cores ?? row.RunningCores, memoryMb ?? row.RunningMemoryMb),
        VmStatus.Suspended or VmStatus.Unknown => (row.RunningCores, row.RunningMemoryMb), // it wakes with what it ran with
        _ => (null, null),
    };

    /// <summary>Another QEMU runs the VM now: what waited for that is in force, and the guest has to be asked again.</summary>
    /// <param name="uptime">Null: it is not known.</param>
    public static void TakeStart(Vm row, TimeSpan? uptime, DateTime now)
    {
        row.StartedAt = now - (uptime ?? TimeSpan.Zero);
        row.Config = row.Config is { Pending.Count: > 0 } config ? config with { Pending = [] } : row.Config;
        Forget(row);
        AskGuest(row, now);
    }

    /// <summary>The guest may have other addresses than before: its agent is asked when it can have booted.</summary>
    public static void AskGuest(Vm row, DateTime now) => (row.GuestDueAt, row.GuestTries) = (now + FirstQuestion, 0);

    /// <summary>It does not run: it has no addresses.</summary>
    public static void TakeStop(Vm row)
    {
        row.StartedAt = null;
        row.GuestDueAt = row.Config is null or { Outdated: true } ? row.GuestDueAt : null; // its config can be read all the same
        Forget(row);
    }

    private static void Forget(Vm row)
    {
        row.Guest = null;
        if (row.Addresses.Count > 0)
        {
            row.Addresses = [];
        }
    }

    private static string Json(VmConfigView config) => JsonSerializer.Serialize(config, ContractJson.Options);
}
