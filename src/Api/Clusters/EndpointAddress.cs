using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace MultiPanel.Api.Clusters;

/// <summary>
/// The address of a Proxmox node as people paste it: from the browser with what follows the #, from another tool with the API's path, or
/// a name alone. It is kept, shown and compared in one form.
/// </summary>
internal static partial class EndpointAddress
{
    /// <summary>pveproxy's; without it in the address no other is meant.</summary>
    private const int ProxmoxPort = 8006;

    private const int Longest = 255;

    /// <param name="text">As it was given.</param>
    /// <param name="address">Scheme, host in lower case, and port: <c>https://pve1:8006</c>, <c>https://[fd00::1]:8006</c>.</param>
    public static bool TryRead(string text, out string address)
    {
        address = "";
        var parts = Pasted().Match(text.Trim());
        if (!parts.Success || Host(parts) is not { } host || Port(parts) is not { } port)
        {
            return false;
        }

        address = string.Create(CultureInfo.InvariantCulture, $"https://{host}:{port}");
        return address.Length <= Longest;
    }

    /// <exception cref="FormatException">It is none; the rules have checked that before.</exception>
    public static string Read(string text) => TryRead(text, out var address) ? address : throw new FormatException($"'{text}' is no address of a node.");

    private static string? Host(Match parts)
    {
        if (parts.Groups["v6"] is { Success: true } v6)
        {
            return IPAddress.TryParse(v6.Value, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{ip}]" : null;
        }

        var name = parts.Groups["name"].Value.ToLowerInvariant();
        return Uri.CheckHostName(name) switch
        {
            UriHostNameType.IPv4 => IPAddress.TryParse(name, out var ip) && ip.ToString() == name ? name : null, // .NET also takes 10.1
            UriHostNameType.Dns when !name.All(c => char.IsAsciiDigit(c) || c == '.') => name,
            _ => null,
        };
    }

    private static int? Port(Match parts) =>
        parts.Groups["port"] is not { Success: true } given ? ProxmoxPort
        : int.TryParse(given.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65_535 ? port
        : null;

    /// <summary>Host by RFC 3986: an IPv6 address stands in brackets where a port follows; alone it is clear without.</summary>
    [GeneratedRegex(@"\A(https://)?(\[(?<v6>[0-9A-Fa-f:.]+)\](:(?<port>[0-9]{1,5}))?|(?<v6>[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)|(?<name>[A-Za-z0-9.\-]+)(:(?<port>[0-9]{1,5}))?)(/|/api2/(json|extjs)/?)?(#.*)?\z", RegexOptions.IgnoreCase)]
    private static partial Regex Pasted();
}
