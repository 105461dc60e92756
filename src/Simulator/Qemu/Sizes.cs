using System.Globalization;

namespace MultiPanel.Simulator.Qemu;

/// <summary>Sizes as Proxmox writes and reads them.</summary>
internal static class Sizes
{
    private const string Units = "KMGTPE";

    /// <summary><c>48.0 MiB</c>, <c>0.0 B</c>.</summary>
    public static string Human(long bytes)
    {
        double value = bytes;
        var unit = -1;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return value.ToString("F1", CultureInfo.InvariantCulture) + (unit < 0 ? " B" : $" {Units[unit]}iB");
    }

    /// <summary><c>1088M</c>: the largest unit that leaves a whole number.</summary>
    public static string Exact(long bytes)
    {
        var unit = -1;
        while (bytes != 0 && bytes % 1024 == 0 && unit < 3)
        {
            bytes /= 1024;
            unit++;
        }

        return bytes.ToString(CultureInfo.InvariantCulture) + (unit < 0 ? "" : Units[unit]);
    }

    /// <summary>Reads <c>10G</c>, <c>64M</c>, <c>512</c> (bytes).</summary>
    public static long? Parse(string text)
    {
        var unit = text.Length == 0 ? -1 : "KMGT".IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal);
        var number = unit < 0 ? text : text[..^1];
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            ? (long)(value * Math.Pow(1024, unit + 1))
            : null;
    }
}
