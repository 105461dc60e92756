namespace MultiPanel.Api.Clusters;

/// <summary>SHA-256 fingerprints of certificates: stored as hex, shown with colons as Proxmox shows them.</summary>
internal static class Fingerprints
{
    private const int HexDigits = 64;

    public static bool TryRead(string text, out IReadOnlyList<string> fingerprints)
    {
        fingerprints = [.. text.Split(',', StringSplitOptions.TrimEntries)
            .Select(one => one.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant())];
        return fingerprints.All(one => one.Length == HexDigits && one.All(char.IsAsciiHexDigit));
    }

    /// <summary>How it is stored; null where it is none.</summary>
    public static string? Compact(string? text) =>
        text is not null && TryRead(text, out var fingerprints) ? string.Join(',', fingerprints) : null;

    public static string? Show(string? text) => Compact(text) is not { } compact
        ? null
        : string.Join(", ", compact.Split(',').Select(one => string.Join(':', one.Chunk(2).Select(pair => new string(pair)))));
}
