using System.Globalization;
using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Workers.Vms;

/// <summary>Changes of a VM's configuration, as one call of Proxmox takes them.</summary>
public sealed class ConfigEdit
{
    /// <summary>What an option that is not set means (qemu-server, <c>man qm.conf</c>).</summary>
    private static readonly Dictionary<string, string> Defaults = new() { ["cores"] = "1", ["sockets"] = "1", ["onboot"] = "0", ["protection"] = "0", ["description"] = "" };

    /// <summary>Values by option, as in the configuration file.</summary>
    public Dictionary<string, string> Set { get; } = [];

    /// <summary>Options to remove.</summary>
    public HashSet<string> Delete { get; } = [];

    /// <summary>Null: it stays as it is.</summary>
    public void Put(string option, string? value)
    {
        if (value is not null)
        {
            Set[option] = value;
        }
    }

    public void Put(string option, int? value) => Put(option, value?.ToString(CultureInfo.InvariantCulture));

    public void Put(string option, bool? value) => Put(option, value is { } on ? on ? "1" : "0" : null);

    public bool IsEmpty => Set.Count == 0 && Delete.Count == 0;

    /// <summary>The same again changes nothing, and a configuration that was not written does not make another edit of it fail.</summary>
    public void ForgetWhatIsSo(QemuConfig config)
    {
        foreach (var (option, _) in Set.Where(wanted => IsSo(wanted.Key, wanted.Value, config)).ToList())
        {
            Set.Remove(option);
        }

        Delete.RemoveWhere(option => !config.Raw.ContainsKey(option));
        if (!Set.ContainsKey("cores") && !Set.ContainsKey("sockets"))
        {
            Delete.Remove("vcpus"); // it depends on those
        }
    }

    private static bool IsSo(string option, string value, QemuConfig config) => option switch
    {
        "tags" => config.Tags.ToHashSet(StringComparer.Ordinal).SetEquals(value.Split(';', StringSplitOptions.RemoveEmptyEntries)),
        "memory" => Text(config.MemoryMb) == value,
        "sshkeys" => Uri.UnescapeDataString(config.Raw.GetValueOrDefault(option) ?? "").TrimEnd() == Uri.UnescapeDataString(value).TrimEnd(),
        "cipassword" => false, // Proxmox shows stars
        _ when config.Networks.TryGetValue(option, out var card) => card.ToString() == value,
        _ => (config.Raw.GetValueOrDefault(option) ?? Defaults.GetValueOrDefault(option))?.TrimEnd() == value.TrimEnd(),
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
