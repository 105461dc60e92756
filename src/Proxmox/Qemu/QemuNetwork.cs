namespace MultiPanel.Proxmox.Qemu;

/// <summary>A network card, as in <c>net0: virtio=BC:24:11:45:4C:08,bridge=vmbr0,tag=20</c>.</summary>
/// <param name="Model">As in <c>virtio</c>.</param>
/// <param name="Mac">Null: Proxmox makes one.</param>
/// <param name="Options">The rest by name, as in <c>bridge</c>, <c>tag</c>, <c>firewall</c>.</param>
public sealed record QemuNetwork(string Model, string? Mac, IReadOnlyDictionary<string, string> Options)
{
    private static readonly string[] NoModel = ["bridge", "firewall", "link_down", "macaddr", "mtu", "queues", "rate", "tag", "trunks"];

    public string? Bridge => Options.GetValueOrDefault("bridge");

    public override string ToString() => string.Join(
        ',', Options.OrderBy(option => option.Key != "bridge").ThenBy(option => option.Key, StringComparer.Ordinal).Select(option => $"{option.Key}={option.Value}")
            .Prepend(Mac is null ? Model : $"{Model}={Mac}"));

    /// <summary>The model stands first, by itself, with the MAC, or as <c>model=virtio</c> beside <c>macaddr=</c>.</summary>
    internal static QemuNetwork Parse(string value)
    {
        var parts = value.Split(',').Select(part => part.Split('=', 2)).ToList();
        var options = parts.Where(part => part.Length == 2).GroupBy(part => part[0]).ToDictionary(part => part.Key, part => part.Last()[1]);
        var first = parts[0];
        var (model, mac) = first switch
        {
            [var alone] => (alone, null),
            [var name, var address] when !NoModel.Contains(name) && name != "model" => (name, address),
            _ => (options.GetValueOrDefault("model") ?? "virtio", (string?)null),
        };
        options.Remove(model);
        options.Remove("model");
        return options.Remove("macaddr", out var given) ? new QemuNetwork(model, mac ?? given, options) : new QemuNetwork(model, mac, options);
    }
}
