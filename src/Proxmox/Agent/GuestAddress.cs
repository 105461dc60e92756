using System.Net;
using System.Net.Sockets;

namespace MultiPanel.Proxmox.Agent;

/// <summary>An address in the guest, in the guest's own words.</summary>
/// <param name="Type"><c>ipv4</c> or <c>ipv6</c>.</param>
/// <param name="Prefix">The network's length in bits.</param>
public sealed record GuestAddress(string Address, string Type, int Prefix)
{
    /// <summary>An IPv6 address that ends in an IPv4 one, as text (<c>INET6_ADDRSTRLEN</c>), and the longest name of a Linux interface behind it.</summary>
    private const int Longest = 45 + 1 + 15;

    /// <summary>
    /// The address as it is usually written, without the guest's scope (<c>%eth0</c>), which means nothing outside of it. Null: other machines
    /// cannot reach it (loopback, link-local, multicast, none), or it is no address.
    /// </summary>
    public string? Reachable { get; } = Read(Address);

    private static string? Read(string text)
    {
        if (text.Length > Longest || !IPAddress.TryParse(text.Split('%')[0], out var parsed))
        {
            return null;
        }

        if (parsed.AddressFamily == AddressFamily.InterNetwork && parsed.ToString() != text)
        {
            return null; // "9", "1.2" and octal digits are addresses to a parser alone
        }

        var address = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
        return IPAddress.IsLoopback(address) || address.Equals(IPAddress.IPv6Any) || IsLocal(address) ? null : address.ToString();
    }

    private static bool IsLocal(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6
        ? address.IsIPv6LinkLocal || address.IsIPv6Multicast
        : address.GetAddressBytes() is [0, ..] or [169, 254, ..] or [>= 224, ..];
}
