namespace MultiPanel.Simulator.Qemu;

/// <summary>Proxmox's lists of properties in one text: <c>case-sensitive=1,shape=full</c>.</summary>
internal static class PropertyString
{
    public static Dictionary<string, string> Parse(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair.Length == 2 ? pair[1] : "1");
}
