using MultiPanel.Api.Formats;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Vms;

/// <summary>What the options of a VM must look like.</summary>
internal static class VmOptionRules
{
    /// <summary>Proxmox keeps it in the VM's configuration file and takes 8 KiB.</summary>
    public const int LongestDescription = (8 * 1024) - 128;

    private const int MostCores = 512, MostSockets = 64;

    /// <summary>Proxmox has <c>net0</c> to <c>net31</c>.</summary>
    private const int MostNetworks = 32;

    private const int MostTags = 50;

    /// <summary>In MiB; Proxmox's least is 16, and a QEMU machine takes no more than 8 TiB.</summary>
    private const int LeastMemory = 16, MostMemory = 8 * 1024 * 1024;

    private const int BridgeMtu = 1, LeastMtu = 576, MostMtu = 65_520;

    private static readonly string[] Models = ["virtio", "e1000", "e1000e", "rtl8139", "vmxnet3"];

    public static void Check(VmOptions vm, Rules rules)
    {
        rules.Range("cores", vm.Cores, 1, MostCores);
        rules.Range("sockets", vm.Sockets, 1, MostSockets);
        rules.That(vm.Sockets is not { } sockets || (long)(vm.Cores ?? 1) * sockets <= MostCores, "sockets", $"must not make more than {MostCores} cores in all");
        rules.Text("cpu", vm.Cpu, ProxmoxFormats.IsCpu, "must be the name of a CPU type, such as host or x86-64-v2-AES");
        rules.Range("memory_mb", vm.MemoryMb, LeastMemory, MostMemory, " MiB");
        rules.Range("balloon_mb", vm.BalloonMb, 0, MostMemory, " MiB");
        rules.That(vm.BalloonMb is not { } least || vm.MemoryMb is not { } memory || least <= memory, "balloon_mb", $"must not be more than memory_mb, which is {vm.MemoryMb}");
        rules.Prose("description", vm.Description, LongestDescription);
        rules.Each("tags", vm.Tags, MostTags, ProxmoxFormats.IsTag, "a tag has letters, digits and _ - + ., at most 64, and begins with a letter, a digit or _");
        rules.Each("tags", vm.Tags, MostTags, tag => !PanelMarks.IsTag(tag), "multipanel, mp-vm-…, mp-job-… and mp-panel-… are the panel's own");
        Networks(vm.Networks, rules);
    }

    /// <summary>What only the VM's row tells, or the row of what is cloned.</summary>
    /// <param name="memoryMb">What it has; null: not known.</param>
    public static void Fits(VmOptions options, int? memoryMb, Rules rules) =>
        rules.That(options.MemoryMb is not null || options.BalloonMb is not { } least || memoryMb is null || least <= memoryMb, "balloon_mb", $"must not be more than the memory, which is {memoryMb} MiB");

    private static void Networks(IReadOnlyList<NetworkOptions>? networks, Rules rules)
    {
        if (networks is null)
        {
            return;
        }

        rules.That(networks.Count <= MostNetworks, "networks", $"must be at most {MostNetworks}");
        for (var number = 0; number < Math.Min(networks.Count, MostNetworks); number++)
        {
            Network($"networks[{number}]", networks[number], rules);
        }

        rules.That(
            networks.Select(card => card.Mac?.ToUpperInvariant()).OfType<string>().GroupBy(mac => mac).All(same => same.Count() == 1),
            "networks", "must not have the same mac twice");
    }

    private static void Network(string field, NetworkOptions card, Rules rules)
    {
        rules.Required($"{field}.bridge", card.Bridge);
        rules.Text($"{field}.bridge", card.Bridge, ProxmoxFormats.IsBridge, "must be the name of a bridge or VNet, such as vmbr0");
        rules.Range($"{field}.tag", card.Tag, 1, 4094);
        rules.Text($"{field}.model", card.Model, Models.Contains, $"must be one of {string.Join(", ", Models)}");
        rules.Text($"{field}.mac", card.Mac, ProxmoxFormats.IsMac, "must be the MAC address of one card, such as BC:24:11:00:00:01");
        rules.That(card.Mtu is null or BridgeMtu or (>= LeastMtu and <= MostMtu), $"{field}.mtu", $"must be {BridgeMtu}, which is the bridge's, or from {LeastMtu} to {MostMtu}");
        rules.That(card.Mtu is null || card.Model is null or "virtio", $"{field}.mtu", "can be set for virtio cards alone");
    }
}
