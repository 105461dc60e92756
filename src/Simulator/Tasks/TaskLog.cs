using System.Globalization;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Tasks;

/// <summary>A task's log as it reads at a given time.</summary>
internal static class TaskLog
{
    // qemu-img copies 2 MiB of data at a time and reports when that is a percent or more of all data.
    private const double Chunk = 2 * 1024 * 1024;

    public static List<string> Lines(TaskState task, DateTimeOffset now)
    {
        var until = task.EndedAt ?? now;
        var lines = new List<string>();
        foreach (var entry in task.Log.TakeWhile(entry => entry.At <= until))
        {
            if (entry.Bytes > 0)
            {
                lines.AddRange(CopyLines(entry, until));
            }
            else
            {
                lines.Add(entry.Text);
            }
        }

        if (task.ExitStatus is { } status && status != "unexpected status")
        {
            lines.Add(status == "OK" || status.StartsWith("WARNINGS", StringComparison.Ordinal) ? $"TASK {status}" : $"TASK ERROR: {status}");
        }

        return lines;
    }

    private static IEnumerable<string> CopyLines(LogEntry copy, DateTimeOffset now)
    {
        var span = copy.Until - copy.At;
        var share = span <= TimeSpan.Zero ? 1 : Math.Clamp((now - copy.At) / span, 0, 1);
        var reached = share * copy.StopsAt * 100;
        var step = Math.Max(1, 100 * Chunk / Math.Max(1, copy.Data));
        for (var percent = 0d; percent < 100 && percent <= reached; percent += step)
        {
            yield return Line(copy.Bytes, percent);
        }

        if (reached >= 100)
        {
            yield return Line(copy.Bytes, 100);
        }
    }

    private static string Line(long bytes, double percent) =>
        string.Create(CultureInfo.InvariantCulture, $"transferred {Sizes.Human((long)(bytes * percent / 100))} of {Sizes.Human(bytes)} ({percent:F2}%)");
}
