using System.Text;
using System.Text.RegularExpressions;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Qemu;

/// <summary>The files that Proxmox puts on a cloud-init drive (PVE::QemuServer::Cloudinit).</summary>
internal static partial class CloudInit
{
    public static string User(VmState vm)
    {
        var config = vm.Config;
        var domain = config.GetValueOrDefault("searchdomain") is { } search ? "." + search : "";
        var text = new StringBuilder($"#cloud-config\nhostname: {vm.Name}\nmanage_etc_hosts: true\nfqdn: {vm.Name}{domain}\n");
        if (config.TryGetValue("ciuser", out var user))
        {
            text.Append("user: ").Append(user).Append('\n');
        }

        if (config.TryGetValue("cipassword", out var password))
        {
            text.Append("password: ").Append(password).Append('\n');
        }

        if (config.TryGetValue("sshkeys", out var keys))
        {
            text.Append("ssh_authorized_keys:\n");
            SshKeys.Lines(keys).ForEach(key => text.Append("  - ").Append(key).Append('\n'));
        }

        return text.Append("chpasswd:\n  expire: False\nusers:\n  - default\n")
            .Append(config.GetValueOrDefault("ciupgrade") == "0" ? "" : "package_upgrade: true\n").ToString();
    }

    public static string Network(VmState vm)
    {
        var text = new StringBuilder("version: 1\nconfig:\n");
        foreach (var (key, value) in vm.Config.Where(pair => QemuOptions.StartsWithDigit(pair.Key, "net")))
        {
            text.Append("    - type: physical\n      name: eth").Append(key[3..]).Append("\n      mac_address: '").Append(Lower(MacAddress().Match(value).Value)).Append("'\n      subnets:\n");
            var address = PropertyString.Parse(vm.Config.GetValueOrDefault($"ipconfig{key[3..]}", ""));
            if (address.GetValueOrDefault("ip") is { } ip)
            {
                text.Append(ip == "dhcp" ? "      - type: dhcp4\n" : $"      - type: static\n        address: '{ip}'\n");
            }

            if (address.GetValueOrDefault("gw") is { } gateway)
            {
                text.Append("        gateway: '").Append(gateway).Append("'\n");
            }
        }

        return text.Append("    - type: nameserver\n      address:\n      - '").Append(vm.Config.GetValueOrDefault("nameserver", "10.255.255.53")).Append("'\n").ToString();
    }

#pragma warning disable CA1308 // cloud-init's files have MAC addresses in lower case
    private static string Lower(string mac) => mac.ToLowerInvariant();
#pragma warning restore CA1308

    [GeneratedRegex(@"([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")]
    private static partial Regex MacAddress();
}
