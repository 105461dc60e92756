namespace MultiPanel.Data.Vms;

/// <summary>
/// What the panel writes into a VM's config for itself, whichever installation did: no user's tags and description. The
/// workers' Marker writes it.
/// </summary>
public static class PanelMarks
{
    private const string Word = "multipanel";

    private static readonly string[] Prefixes = ["mp-vm-", "mp-job-", "mp-panel-"];

    /// <summary>The tags <c>multipanel</c>, <c>mp-vm-…</c>, <c>mp-job-…</c> and <c>mp-panel-…</c>. Proxmox may fold their case.</summary>
    public static bool IsTag(string tag) => tag.Equals(Word, StringComparison.OrdinalIgnoreCase)
        || Prefixes.Any(prefix => tag.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>The description as its user wrote it.</summary>
    /// <returns>Null: there is none.</returns>
    public static string? WithoutMarker(string? description)
    {
        var lines = (description ?? "").Split('\n').Where(line => !IsMarker(line.Trim()));
        return string.Join('\n', lines).Trim() is { Length: > 0 } text ? text : null;
    }

    private static bool IsMarker(string line) =>
        line.StartsWith(Word + " ", StringComparison.Ordinal) && line.Contains(" job=", StringComparison.Ordinal);
}
