namespace MultiPanel.Bench.Report;

/// <summary>What the design asks for, in its words, and whether a number reaches it.</summary>
/// <param name="Text">As the table shows it.</param>
/// <param name="IsMet">Asked with the ratio of ours to the rival's, or with ours where there is no rival.</param>
internal sealed record Goal(string Text, Func<double, bool> IsMet)
{
    public static Goal AtLeast(double least, string text) => new(text, value => value >= least);

    public static Goal AtMost(double most, string text) => new(text, value => value <= most);
}
