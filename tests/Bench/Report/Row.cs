namespace MultiPanel.Bench.Report;

/// <summary>One line of a part's table.</summary>
/// <param name="What">What was measured, with its unit.</param>
/// <param name="Ours">One number a run: A1, A2.</param>
/// <param name="Rival">One number a run: B1, B2; none where no rival was measured.</param>
/// <param name="Goal">Null: it is shown without a goal.</param>
internal sealed record Row(string What, IReadOnlyList<double> Ours, IReadOnlyList<double> Rival, Goal? Goal = null)
{
    public Row(string what, double ours, Goal? goal = null)
        : this(what, [ours], [], goal)
    {
    }

    /// <summary>One number of each run.</summary>
    public static Row Of<T>(string what, IEnumerable<T> ours, IEnumerable<T> rivals, Func<T, double> pick, Goal? goal = null) =>
        new(what, [.. ours.Select(pick)], [.. rivals.Select(pick)], goal);

    /// <inheritdoc cref="Of{T}(string, IEnumerable{T}, IEnumerable{T}, Func{T, double}, Goal?)"/>
    public static Row Of<T>(string what, IEnumerable<T> ours, Func<T, double> pick, Goal? goal = null) => Of(what, ours, [], pick, goal);

    /// <summary>Ours by the rival's, each the mean of its runs; null without a rival.</summary>
    public double? Ratio => Rival.Count > 0 && Rival.Average() != 0 ? Ours.Average() / Rival.Average() : null;

    public bool? IsMet => Goal?.IsMet(Ratio ?? Ours.Average());

    public IReadOnlyList<string> Cells =>
    [
        What,
        Join(Ours),
        Join(Rival),
        Ratio is { } ratio ? $"{Number(ratio)}×" : "–",
        Goal?.Text ?? "–",
        IsMet switch { true => "yes", false => "no", null => "–" },
    ];

    public static IReadOnlyList<string> Heads { get; } = ["what", "ours (A1, A2)", "rival (B1, B2)", "ratio", "goal", "met?"];

    private static string Join(IReadOnlyList<double> numbers) => numbers.Count > 0 ? string.Join(", ", numbers.Select(Number)) : "–";

    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("0", null),
        >= 10 => value.ToString("0.0", null),
        >= 0.1 or 0 => value.ToString("0.00", null),
        _ => value.ToString("0.0000", null),
    };
}
