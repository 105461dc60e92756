using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Cloning;

namespace MultiPanel.Api.Vms;

/// <summary>What a cloud-init block must look like.</summary>
internal static class CloudInitRules
{
    private static readonly string[] KeyTypes =
    [
        "ssh-ed25519", "ssh-rsa", "ssh-dss", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
    ];

    public static void Check(CloudInit? cloudInit, Rules rules)
    {
        if (cloudInit is null)
        {
            return;
        }

        rules.Text("cloud_init.user", cloudInit.User, IsUser, "must be a user name of at most 64 characters, without blanks and colons");
        rules.Text("cloud_init.password", cloudInit.Password, IsPassword, "must have 1 to 255 characters on one line");
        rules.Text("cloud_init.ssh_keys", cloudInit.SshKeys, IsKeys, "must be OpenSSH public keys, one a line, such as ssh-ed25519 AAAA… name");
        rules.Text("cloud_init.ip_config", cloudInit.IpConfig, IsIpConfig, "must look like ip=dhcp or ip=10.0.0.5/24,gw=10.0.0.1; for IPv6 ip6 and gw6");
        rules.Text("cloud_init.nameserver", cloudInit.Nameserver, IsNameserver, "must be IP addresses separated by blanks");
    }

    internal static bool IsKeys(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length is > 0 and <= 100 && text.Length <= 64 * 1024 && lines.All(IsKey);
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
            "ip" => value.Value == "dhcp" || IsNetwork(value.Value, AddressFamily.InterNetwork, 32),
            "gw" => IsAddress(value.Value, AddressFamily.InterNetwork) && values.TryGetValue("ip", out var ip) && ip != "dhcp",
            "ip6" => value.Value is "auto" or "dhcp" || IsNetwork(value.Value, AddressFamily.InterNetworkV6, 128),
            "gw6" => IsAddress(value.Value, AddressFamily.InterNetworkV6) && values.TryGetValue("ip6", out var ip6) && ip6 is not ("auto" or "dhcp"),
            _ => false,
        });
    }

    private static bool IsUser(string text) =>
        text.Length is > 0 and <= 64 && TextRules.IsLine(text) && !text.Any(c => char.IsWhiteSpace(c) || c == ':');

    private static bool IsPassword(string text) => text.Length is > 0 and <= 255 && TextRules.IsSecret(text);

    private static bool IsNameserver(string text) =>
        text.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 and <= 8 } addresses
        && addresses.All(address => IsAddress(address, AddressFamily.InterNetwork) || IsAddress(address, AddressFamily.InterNetworkV6));

    /// <summary>The type's name stands before the key and, length first, inside it (RFC 4253, 6.6).</summary>
    private static bool IsKey(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || !KeyTypes.Contains(words[0]))
        {
            return false;
        }

        var blob = new byte[words[1].Length];
        return Convert.TryFromBase64String(words[1], blob, out var length)
            && length > 4 + words[0].Length
            && BinaryPrimitives.ReadInt32BigEndian(blob) == words[0].Length
            && Encoding.ASCII.GetString(blob, 4, words[0].Length) == words[0]
            && TextRules.IsLine(line);
    }

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
