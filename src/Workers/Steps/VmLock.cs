namespace MultiPanel.Workers.Steps;

/// <summary>A lock of a VM's config: what holds it, and what can be done.</summary>
/// <param name="Holder">What holds it, as a clause: "a backup of it runs".</param>
/// <param name="Passes">It goes by itself when what holds it has ended; else a command ends it.</param>
/// <param name="Advice">What to do, as a sentence.</param>
public sealed record VmLock(string Holder, bool Passes, string Advice)
{
    private const string Killed = "If no task of it runs any more, run this as root on its node: qm unlock, with its VMID.";

    /// <summary>All that qemu-server sets (QemuServer.pm, <c>lock</c>).</summary>
    private static readonly Dictionary<string, VmLock> Known = new()
    {
        ["backup"] = new("a backup of it runs", true, "Wait until that has ended, or stop it in Proxmox."),
        ["clone"] = new("it is being cloned or is itself a clone that is not ready", true, $"Wait until that has ended. {Killed}"),
        ["create"] = new("it is being made or restored", true, $"Wait until that has ended. {Killed}"),
        ["migrate"] = new("it moves to another node", true, $"Wait until that has ended. {Killed}"),
        ["rollback"] = new("it goes back to a snapshot", true, $"Wait until that has ended. {Killed}"),
        ["snapshot"] = new("a snapshot of it is being taken", true, $"Wait until that has ended. {Killed}"),
        ["snapshot-delete"] = new("a snapshot of it is being deleted", true, $"Wait until that has ended. {Killed}"),
        ["suspending"] = new("its memory is being saved to disk", true, "Wait until that has ended."),
        ["suspended"] = new("it is hibernated", false, "Resume it first; to discard its saved memory, resume it and then stop it."),
    };

    /// <param name="name">As in <c>backup</c>.</param>
    public static VmLock Of(string name) => Known.TryGetValue(name, out var known)
        ? known
        : new($"Proxmox holds it ({name})", true, $"Wait until that has ended. {Killed}");

    /// <summary>Two sentences for an error: why it cannot be done now, and what to do.</summary>
    /// <param name="vm">As the sentence calls the VM: <c>The VM</c>, or its name.</param>
    /// <param name="name">The lock's, as in <c>backup</c>.</param>
    public static string Explain(string vm, string name)
    {
        var held = Of(name);
        return $"{vm} is locked: {held.Holder}. {held.Advice}";
    }
}
