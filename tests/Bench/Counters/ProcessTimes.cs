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
        // The second field, the name, may hold spaces; it ends with the last parenthesis.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    /// <summary>Memory in RAM, in MB of 1,000,000 bytes.</summary>
    public static double ResidentMb(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1.024 / 1_000;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
