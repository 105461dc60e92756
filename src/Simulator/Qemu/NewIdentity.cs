using System.Text.RegularExpressions;

namespace MultiPanel.Simulator.Qemu;

/// <summary>MAC addresses, SMBIOS uuid and generation id of a new VM.</summary>
internal static partial class NewIdentity
{
    /// <summary>Replaces what a clone must not share with its source.</summary>
    public static void Give(SortedDictionary<string, string> config)
    {
        foreach (var key in config.Keys.Where(key => NetworkKey().IsMatch(key)).ToList())
        {
            config[key] = MacAddress().Replace(config[key], "=" + NewMac());
        }

        config["smbios1"] = $"uuid={Guid.NewGuid()}";
        config["vmgenid"] = Guid.NewGuid().ToString();
    }

    /// <summary>Gives a network device without a MAC address one.</summary>
    public static string WithMac(string device)
    {
        if (MacAddress().IsMatch(device))
        {
            return device;
        }

        var parts = device.Split(',', 2);
        var model = parts[0].StartsWith("model=", StringComparison.Ordinal) ? parts[0][6..] : parts[0];
        return $"{model}={NewMac()}{(parts.Length == 2 ? "," + parts[1] : "")}";
    }

    /// <summary>In Proxmox's own range, BC:24:11.</summary>
    private static string NewMac() => $"BC:24:11:{Random.Shared.Next(256):X2}:{Random.Shared.Next(256):X2}:{Random.Shared.Next(256):X2}";

    [GeneratedRegex(@"=([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")]
    private static partial Regex MacAddress();

    [GeneratedRegex(@"^net\d+$")]
    private static partial Regex NetworkKey();
}
