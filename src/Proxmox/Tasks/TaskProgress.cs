using System.Globalization;
using System.Text.RegularExpressions;

namespace MultiPanel.Proxmox.Tasks;

/// <summary>
/// Percentages in log lines: <c>transferred 1.1 GiB of 2.0 GiB (55.00%)</c>, <c>drive-scsi0: transferred … (12.34%) in 5s</c>,
/// <c>progress 5% (read …)</c>, and amounts without one, as of a migration's memory.
/// </summary>
public static partial class TaskProgress
{
    /// <returns>0 to 100; null where the line says nothing of it.</returns>
    public static double? Percent(string line)
    {
        if (Percentage.Match(line) is { Success: true } percentage)
        {
            return Math.Min(100, Number(percentage.Groups[1]));
        }

        if (Amounts.Match(line) is { Success: true } amounts)
        {
            var whole = Number(amounts.Groups[3]) * Unit(amounts.Groups[4].Value);
            return whole <= 0 ? null : Math.Min(100, 100 * Number(amounts.Groups[1]) * Unit(amounts.Groups[2].Value) / whole);
        }

        return null;
    }

    /// <summary>Of the last line that has one. With several disks each counts from 0 again.</summary>
    public static double? Percent(IReadOnlyList<string> lines)
    {
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            if (Percent(lines[i]) is { } percent)
            {
                return percent;
            }
        }

        return null;
    }

    private static double Number(Group group) => double.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    private static double Unit(string unit) => Math.Pow(1024, "BKMGTPE".IndexOf(char.ToUpperInvariant(unit[0]), StringComparison.Ordinal));

    [GeneratedRegex(@"(?<![\d.])(\d{1,3}(?:\.\d+)?) ?%")]
    private static partial Regex Percentage { get; }

    [GeneratedRegex(@"transferred (\d+(?:\.\d+)?) ([BKMGTPE])i?B? of (\d+(?:\.\d+)?) ([BKMGTPE])i?B?")]
    private static partial Regex Amounts { get; }
}
