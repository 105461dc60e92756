using System.Net;

namespace MultiPanel.Proxmox.Agent;

/// <summary>An address in the guest.</summary>
/// <param name="Type"><c>ipv4</c> or <c>ipv6</c>.</param>
/// <param name="Prefix">The network's length in bits.</param>
public sealed record GuestAddress(string Address, string Type, int Prefix)
{
    /// <summary>False for loopback and link-local addresses, which other machines cannot reach.</summary>
    public bool IsReachable =>
        IPAddress.TryParse(Address, out var ip)
        && !IPAddress.IsLoopback(ip)
        && !ip.IsIPv6LinkLocal
        && !Address.StartsWith("169.254.", StringComparison.Ordinal);
}
