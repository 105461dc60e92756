using System.Globalization;
using System.Text.RegularExpressions;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Qemu;

/// <summary>What a guest reports about itself.</summary>
internal static partial class GuestFacts
{
    private static readonly string[] Counters = ["rx-bytes", "rx-dropped", "rx-errs", "rx-packets", "tx-bytes", "tx-dropped", "tx-errs", "tx-packets"];

    public static string HostName(VmState vm) => vm.Guest == Guests.IgnoresAcpi ? "tiny" : vm.Name;

    public static bool IsWindows(VmState vm) => vm.Config.GetValueOrDefault("ostype", "").StartsWith("win", StringComparison.Ordinal);

    public static Dictionary<string, object?> OperatingSystem(VmState vm) => IsWindows(vm)
        ? new()
        {
            ["id"] = "mswindows",
            ["name"] = "Microsoft Windows",
            ["pretty-name"] = vm.Guest == "win2022" ? "Windows Server 2022 Standard" : "Windows 11 Pro",
            ["version"] = "Microsoft Windows 11",
            ["version-id"] = "11",
            ["variant"] = "client",
            ["variant-id"] = "client",
            ["machine"] = "x86_64",
            ["kernel-release"] = "26100",
            ["kernel-version"] = "10.0",
        }
        : new()
        {
            ["id"] = vm.Guest,
            ["name"] = "Linux",
            ["pretty-name"] = $"Linux ({vm.Guest})",
            ["version-id"] = "1",
            ["machine"] = "x86_64",
            ["kernel-release"] = "6.1.0-cloud-amd64",
            ["kernel-version"] = "#1 SMP PREEMPT_DYNAMIC",
        };

    public static IEnumerable<object> FileSystems(VmState vm)
    {
        if (vm.Guest == Guests.IgnoresAcpi)
        {
            return [];
        }

        var size = VmStatus.BootDiskSize(vm);
        return
        [
            new Dictionary<string, object?>
            {
                ["name"] = IsWindows(vm) ? @"\\?\Volume{1}\" : "sda1", ["mountpoint"] = IsWindows(vm) ? @"C:\" : "/", ["type"] = IsWindows(vm) ? "NTFS" : "ext4",
                ["total-bytes"] = size, ["used-bytes"] = size / 4, ["disk"] = Array.Empty<object>(),
            },
        ];
    }

    /// <summary>Who has signed in, and when.</summary>
    public static IEnumerable<object> Users(Cluster cluster, VmState vm) => vm.GuestUsers.Select(user => new Dictionary<string, object?>
    {
        ["user"] = user,
        ["login-time"] = cluster.Now.ToUnixTimeMilliseconds() / 1000d,
    });

    /// <summary>Loopback, and each network device with an address of its own: the configured one, or a DHCP server's by VMID.</summary>
    public static IEnumerable<object> Interfaces(Cluster cluster, VmState vm)
    {
        yield return Interface(IsWindows(vm) ? "Loopback Pseudo-Interface 1" : "lo", "00:00:00:00:00:00", ("127.0.0.1", "ipv4", 8), ("::1", "ipv6", 128));
        foreach (var key in vm.Config.Keys.Where(key => NetworkKey().IsMatch(key)).ToList())
        {
            var number = int.Parse(key[3..], CultureInfo.InvariantCulture);
            var mac = MacAddress().Match(vm.Config[key]).Value;
            yield return Interface(IsWindows(vm) ? "Ethernet" : $"eth{number}", Lower(mac), (Address(cluster, vm, number), "ipv4", 16), (LinkLocal(mac), "ipv6", 64));
        }
    }

    private static Dictionary<string, object?> Interface(string name, string mac, params (string Address, string Type, int Prefix)[] addresses) => new Dictionary<string, object?>
    {
        ["name"] = name,
        ["hardware-address"] = mac,
        ["ip-addresses"] = addresses.Select(address => new Dictionary<string, object?>
        {
            ["ip-address"] = address.Address,
            ["ip-address-type"] = address.Type,
            ["prefix"] = address.Prefix,
        }),
        ["statistics"] = Counters.ToDictionary(key => key, _ => 0),
    };

    private static string Address(Cluster cluster, VmState vm, int number)
    {
        var configured = ConfiguredAddress().Match(vm.Config.GetValueOrDefault($"ipconfig{number}", ""));
        var second = 16 + (cluster.State.Nodes.Count % 16);
        return configured.Success ? configured.Groups[1].Value : string.Create(CultureInfo.InvariantCulture, $"172.{second}.{vm.VmId / 250 % 250}.{(vm.VmId % 250) + 1}");
    }

    private static string LinkLocal(string mac)
    {
        var parts = mac.Split(':').Select(part => int.Parse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
        return parts.Length == 6 ? $"fe80::{parts[0] ^ 2:x}{parts[1]:x2}:{parts[2]:x2}ff:fe{parts[3]:x2}:{parts[4]:x2}{parts[5]:x2}" : "fe80::1";
    }

#pragma warning disable CA1308 // agents write MAC addresses in lower case
    private static string Lower(string mac) => mac.ToLowerInvariant();
#pragma warning restore CA1308

    [GeneratedRegex(@"^net\d+$")]
    private static partial Regex NetworkKey();

    [GeneratedRegex(@"([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")]
    private static partial Regex MacAddress();

    [GeneratedRegex(@"ip=(\d+\.\d+\.\d+\.\d+)")]
    private static partial Regex ConfiguredAddress();
}
