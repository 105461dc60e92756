namespace MultiPanel.Bench.Report;

/// <summary>What many measured times come to.</summary>
internal static class Spread
{
    /// <summary>The smallest value that so many per cent of all do not exceed.</summary>
    public static double Percentile(this IEnumerable<double> values, double percent)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[Math.Max(0, (int)Math.Ceiling(sorted.Count * percent / 100) - 1)];
    }
}
