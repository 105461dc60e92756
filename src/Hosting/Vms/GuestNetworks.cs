using System.Globalization;
using System.Text;
using MultiPanel.Contracts.Vms;
using MultiPanel.Proxmox.Agent;

namespace MultiPanel.Hosting.Vms;

/// <summary>Orders what a guest says of its network by the VM's own cards, whose MACs the config has.</summary>
public static class GuestNetworks
{
    /// <summary>A guest can send any number; more than these help no one, and the column holds them.</summary>
    private const int MostAddresses = 32;

    private const int LongestName = 64;

    public static GuestNetwork Read(IEnumerable<GuestInterface> interfaces, IReadOnlyList<VmNicView> nics, DateTime now)
    {
        var left = MostAddresses;
        var shown = new List<GuestInterfaceView>();
        foreach (var (guest, nic) in interfaces.Select(guest => (guest, Nic: NicOf(guest, nics))).OrderBy(pair => pair.Nic < 0 ? int.MaxValue : pair.Nic))
        {
            var addresses = guest.Addresses.Select(address => address.Reachable).OfType<string>().Distinct().OrderBy(IsIPv6).Take(left).ToList();
            if (addresses.Count > 0)
            {
                left -= addresses.Count;
                shown.Add(new GuestInterfaceView(Line(guest.Name), guest.HardwareAddress is { } mac ? Line(mac) : null, nic < 0 ? null : nics[nic].Slot, addresses));
            }
        }

        return new GuestNetwork(now, shown);
    }

    public static List<string> Addresses(GuestNetwork network) => [.. network.Interfaces.SelectMany(guest => guest.Addresses).Distinct()];

    /// <returns>Its index; less than 0: the guest made the interface itself.</returns>
    private static int NicOf(GuestInterface guest, IReadOnlyList<VmNicView> nics) =>
        nics.ToList().FindIndex(nic => nic.Mac is not null && nic.Mac.Equals(guest.HardwareAddress, StringComparison.OrdinalIgnoreCase));

    private static bool IsIPv6(string address) => address.Contains(':', StringComparison.Ordinal);

    /// <summary>Short, and without characters that would break a line, or a terminal that shows it.</summary>
    private static string Line(string text) => string.Concat(text.EnumerateRunes().Where(IsShown).Take(LongestName));

    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
