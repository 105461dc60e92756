using System.Globalization;

namespace MultiPanel.Bench.Counters;

/// <summary>What the kernel says of a process.</summary>
internal static class ProcessTimes
{
    /// <summary>Linux shows times in ticks of 10 ms (USER_HZ), whatever the kernel counts in.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>User and system time in seconds: fields 14 and 15 of <c>/proc/PID/stat</c>, proc(5).</summary>
    public static double Cpu(int process)
    {
        var fields = Fields(File.ReadAllText($"/proc/{process}/stat"));
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    /// <summary>The same of all processes in the session that this one leads, as a server of <c>ops/lib/servers.sh</c> does: field 6.</summary>
    public static double SessionCpu(int leader)
    {
        var all = 0d;
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                var fields = Fields(File.ReadAllText(Path.Combine(folder, "stat")));
                all += Number(fields[3]) == leader ? (Number(fields[11]) + Number(fields[12])) / TicksPerSecond : 0;
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return all;
    }

    /// <summary>Memory in RAM, in MB of 1,000,000 bytes.</summary>
    public static double ResidentMb(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1.024 / 1_000;
    }

    /// <summary>From the third on: the second, the name, may hold spaces; it ends with the last parenthesis.</summary>
    private static string[] Fields(string stat) => stat[(stat.LastIndexOf(')') + 2)..].Split(' ');

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
