using System.Net;
using System.Net.Sockets;
using MultiPanel.Api.Formats;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Cloning;

namespace MultiPanel.Api.Vms;

/// <summary>What a cloud-init block must look like.</summary>
internal static class CloudInitRules
{
    private const string IpConfig = "must look like ip=dhcp, ip=manual or ip=10.0.0.5/24,gw=10.0.0.1; for IPv6 ip6 and gw6";

    public static void Check(CloudInit? cloudInit, Rules rules)
    {
        if (cloudInit is null)
        {
            return;
        }

        rules.Text("cloud_init.user", cloudInit.User, IsUser, "must be a user name of at most 64 characters, without blanks and colons");
        rules.Text("cloud_init.password", cloudInit.Password, IsPassword, "must have 1 to 255 characters on one line");
        if (cloudInit.SshKeys is { } keys && AuthorizedKeys.Wrong(keys) is { } wrong)
        {
            rules.Fail("cloud_init.ssh_keys", wrong);
        }

        rules.Text("cloud_init.ip_config", cloudInit.IpConfig, IsIpConfig, IpConfig);
        rules.Text("cloud_init.ip_config1", cloudInit.IpConfig1, IsIpConfig, IpConfig);
        rules.Text("cloud_init.nameserver", cloudInit.Nameserver, IsNameserver, "must be IP addresses separated by blanks");
        rules.Text("cloud_init.search_domain", cloudInit.SearchDomain, IsSearchDomain, "must be DNS domains separated by blanks, such as corp.example.com");
    }

    /// <summary>Proxmox's <c>pve-qm-ipconfig</c>.</summary>
    internal static bool IsIpConfig(string text)
    {
        var parts = text.Split(',').Select(part => part.Split('=', 2)).ToList();
        if (parts.Any(part => part.Length != 2) || parts.Select(part => part[0]).Distinct().Count() != parts.Count)
        {
            return false;
        }

        var values = parts.ToDictionary(part => part[0], part => part[1]);
        return values.All(value => value.Key switch
        {
            "ip" => value.Value is "dhcp" or "manual" || IsNetwork(value.Value, AddressFamily.InterNetwork, 32),
            "gw" => IsAddress(value.Value, AddressFamily.InterNetwork) && values.TryGetValue("ip", out var ip) && ip is not ("dhcp" or "manual"),
            "ip6" => value.Value is "auto" or "dhcp" or "manual" || IsNetwork(value.Value, AddressFamily.InterNetworkV6, 128),
            "gw6" => IsAddress(value.Value, AddressFamily.InterNetworkV6) && values.TryGetValue("ip6", out var ip6) && ip6 is not ("auto" or "dhcp" or "manual"),
            _ => false,
        });
    }

    private static bool IsUser(string text) =>
        text.Length is > 0 and <= 64 && TextRules.IsLine(text) && !text.Any(c => char.IsWhiteSpace(c) || c == ':');

    private static bool IsPassword(string text) => text.Length is > 0 and <= 255 && TextRules.IsSecret(text);

    private static bool IsNameserver(string text) =>
        text.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 and <= 8 } addresses
        && addresses.All(address => IsAddress(address, AddressFamily.InterNetwork) || IsAddress(address, AddressFamily.InterNetworkV6));

    private static bool IsSearchDomain(string text) =>
        text.Length <= 256 && text.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 and <= 6 } domains
        && domains.All(domain => ProxmoxFormats.IsDomain(domain));

    private static bool IsNetwork(string text, AddressFamily family, int bits) =>
        text.Split('/') is [var address, var prefix]
        && IsAddress(address, family)
        && prefix.Length is > 0 and <= 3 && prefix.All(char.IsAsciiDigit)
        && int.Parse(prefix, System.Globalization.CultureInfo.InvariantCulture) <= bits;

    /// <summary>.NET also takes <c>10.1</c> for an address, Proxmox does not.</summary>
    private static bool IsAddress(string text, AddressFamily family) =>
        IPAddress.TryParse(text, out var address)
        && address.AddressFamily == family
        && (family == AddressFamily.InterNetworkV6 ? !text.Contains('%', StringComparison.Ordinal) && !text.Contains('[', StringComparison.Ordinal) : address.ToString() == text);
}
