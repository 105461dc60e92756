using System.Diagnostics;
using MultiPanel.Bench.Parts;
using MultiPanel.Bench.Stack;

namespace MultiPanel.Bench.Report;

/// <summary>Runs parts, prints a table for each as it ends, and all rows once more at the end as Markdown.</summary>
internal sealed class BenchReport
{
    private readonly List<(string Part, Row Row)> all = [];

    /// <summary>Parts that could not be measured.</summary>
    public int Broken { get; private set; }

    public async Task AddAsync(Part part, Surroundings surroundings, CancellationToken stopping)
    {
        Console.WriteLine($"\n== {part.Name}: {part.About}");
        var watch = Stopwatch.StartNew();
        try
        {
            stopping.ThrowIfCancellationRequested();
            var rows = await part.MeasureAsync(surroundings, stopping);
            Print(rows);
            all.AddRange(rows.Select(row => (part.Name, row)));
        }
        catch (Exception failure)
        {
            // The other parts still have something to say.
            Console.WriteLine($"{part.Name} could not be measured: {(stopping.IsCancellationRequested ? "the time was up" : failure)}");
            Broken++;
        }

        // On two cores a load of much more than 2 says that others were at work too.
        Console.WriteLine($"({watch.Elapsed.TotalSeconds:0} s, load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]})");
    }

    public void PrintMarkdown()
    {
        Console.WriteLine($"\n| part | {string.Join(" | ", Row.Heads)} |\n|{string.Concat(Enumerable.Repeat("---|", Row.Heads.Count + 1))}");
        foreach (var (part, row) in all)
        {
            Console.WriteLine($"| {part} | {string.Join(" | ", row.Cells)} |");
        }
    }

    private static void Print(IReadOnlyList<Row> rows)
    {
        var lines = rows.Select(row => row.Cells).Prepend(Row.Heads).ToList();
        var widths = Enumerable.Range(0, Row.Heads.Count).Select(column => lines.Max(line => line[column].Length)).ToList();
        foreach (var line in lines)
        {
            Console.WriteLine(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
