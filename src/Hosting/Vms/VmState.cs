using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;

namespace MultiPanel.Hosting.Vms;

/// <summary>
/// What Proxmox's words and a VM's lock together mean. Lists say QEMU's own word (<c>qmpstatus</c>, from pvestatd);
/// <c>status/current</c> says <c>running</c> or <c>stopped</c>, and QEMU's word beside it.
/// </summary>
/// <param name="Word">QEMU's word, as in <c>running</c>, <c>io-error</c>; <c>stopped</c>: there is no QEMU; null: it is not known.</param>
/// <param name="Lock">The config's, as in <c>backup</c>, <c>suspended</c>; null: it is not locked.</param>
public sealed record VmState(string? Word, string? Lock)
{
    /// <summary>QEMU's run states (qapi/run-state.json). In some of them QEMU is there, but the guest stands still until a command.</summary>
    private static readonly Dictionary<string, VmStatus> Words = new()
    {
        ["running"] = VmStatus.Running,
        ["stopped"] = VmStatus.Stopped,
        ["inmigrate"] = VmStatus.Running, // it arrives from another node, or wakes from disk
        ["finish-migrate"] = VmStatus.Running,
        ["save-vm"] = VmStatus.Running,
        ["restore-vm"] = VmStatus.Running,
        ["colo"] = VmStatus.Running,
        ["paused"] = VmStatus.Paused,
        ["prelaunch"] = VmStatus.Paused,
        ["preconfig"] = VmStatus.Paused,
        ["postmigrate"] = VmStatus.Paused,
        ["suspended"] = VmStatus.Paused, // the guest sleeps (ACPI S3); the memory saved to disk is the lock of that name
        ["io-error"] = VmStatus.Paused,
        ["internal-error"] = VmStatus.Paused,
        ["guest-panicked"] = VmStatus.Paused,
        ["watchdog"] = VmStatus.Paused,
        ["debug"] = VmStatus.Paused,
        ["shutdown"] = VmStatus.Paused,
    };

    public VmStatus Status => (Word, Lock) switch
    {
        ("stopped", "suspended") => VmStatus.Suspended,
        ("prelaunch", "backup") => VmStatus.Stopped, // a stopped VM is backed up by a QEMU that does not run the guest
        ("postmigrate", "migrate") => VmStatus.Running, // it goes on at the other node
        _ => Word is not null && Words.TryGetValue(Word, out var status) ? status : VmStatus.Unknown,
    };

    /// <summary>QEMU's word where <see cref="Status"/> does not say it all.</summary>
    public string? Detail => Status is VmStatus.Running or VmStatus.Paused && Word is not ("running" or "paused") ? Word : null;

    /// <summary>QEMU runs a guest no more that is in such a state; only a reset or a stop ends it.</summary>
    public bool NeedsReset => Word is "internal-error" or "guest-panicked";

    /// <summary>Its memory is saved on disk.</summary>
    public bool IsHibernated => Lock == "suspended" && Word is "stopped" or null;

    /// <summary>For a moment: its memory is saved and its QEMU has not ended, or it wakes and the lock is still there.</summary>
    public bool IsBetween => Lock == "suspended" && Word is not ("stopped" or "unknown" or null);

    /// <summary>As a look shows it; one at the config alone shows the lock.</summary>
    public static VmState Of(VmSight seen) => seen.Status.Status == "unknown" ? new(null, seen.Config.Lock) : Of(seen.Status);

    /// <summary>As the panel knows it. Before it is there, and while nobody has seen it, that is not known.</summary>
    public static VmState Of(Vm row) => row.Status switch
    {
        VmStatus.Running => new(row.QemuState ?? "running", row.Lock),
        VmStatus.Paused => new(row.QemuState ?? "paused", row.Lock),
        VmStatus.Stopped or VmStatus.Suspended => new("stopped", row.Lock),
        _ => new(null, null),
    };

    /// <summary>As <c>status/current</c> shows it.</summary>
    public static VmState Of(QemuStatus status) => new(
        status.IsRunning ? status.QmpStatus is null or "stopped" ? "running" : status.QmpStatus : status.Status, status.Lock);
}
