using System.Buffers.Binary;
using System.Net;

namespace MultiPanel.Contracts.Http;

/// <summary>What limits count as one client.</summary>
public static class ClientNetwork
{
    /// <summary>
    /// An IPv4 address, also one mapped to IPv6, by itself. Of IPv6 the /64, which is what one subscriber gets at least
    /// (RFC 6177): who has it has 2^64 addresses to come from.
    /// </summary>
    /// <param name="address">Null: unknown; all of them are one client.</param>
    public static string Of(IPAddress? address)
    {
        if (address is not { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6 })
        {
            return address?.ToString() ?? "";
        }

        return address.IsIPv4MappedToIPv6
            ? address.MapToIPv4().ToString()
            : $"{BinaryPrimitives.ReadUInt64BigEndian(address.GetAddressBytes()):x16}::/64";
    }
}
