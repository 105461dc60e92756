using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Qemu;

/// <summary>A VM's tags, kept as the datacenter's <c>tag-style</c> wants them.</summary>
internal static class Tags
{
    private static readonly char[] Separators = [';', ',', ' '];

    public static string[] Of(VmState vm) => vm.Config.GetValueOrDefault("tags", "").Split(';', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>PVE::GuestHelpers::get_unique_tags: lower case unless case-sensitive, each once, by alphabet unless the given order counts.</summary>
    public static string Normalize(ClusterState state, string given)
    {
        var style = PropertyString.Parse(state.Options.GetValueOrDefault("tag-style", ""));
        var caseSensitive = style.GetValueOrDefault("case-sensitive") == "1";
        var tags = given.Split(Separators, StringSplitOptions.RemoveEmptyEntries)
            .Select(tag => caseSensitive ? tag : Lower(tag)).Distinct();
        return string.Join(';', style.GetValueOrDefault("ordering") == "config" ? tags : tags.Order(StringComparer.Ordinal));
    }

#pragma warning disable CA1308 // Proxmox keeps tags in lower case
    private static string Lower(string tag) => tag.ToLowerInvariant();
#pragma warning restore CA1308
}
