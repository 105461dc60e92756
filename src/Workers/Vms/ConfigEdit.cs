using System.Globalization;

namespace MultiPanel.Workers.Vms;

/// <summary>Changes of a VM's configuration, as one call of Proxmox takes them.</summary>
public sealed class ConfigEdit
{
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
}
