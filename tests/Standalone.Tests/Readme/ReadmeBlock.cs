using System.Text.RegularExpressions;

namespace MultiPanel.Standalone.Tests.Readme;

/// <summary>A shell block of the README, and what the comment before it, which readers do not see, says about running it.</summary>
/// <param name="Section">The heading that it stands under; at its end all terminals are closed.</param>
/// <param name="Text">As it stands.</param>
/// <param name="Terminal">Blocks of a section that name the same one are pasted into the same shell; null: it is not run.</param>
/// <param name="Shared">A variable that is set to what it is in another terminal.</param>
/// <param name="Until">What it says when it is up; null: it comes to its end.</param>
internal sealed partial record ReadmeBlock(string Section, string Text, string? Terminal, (string Variable, string Terminal)? Shared, string? Until)
{
    /// <exception cref="InvalidOperationException">A shell block has no comment that says how it is run.</exception>
    public static IReadOnlyList<ReadmeBlock> Of(string readme)
    {
        var blocks = new List<ReadmeBlock>();
        var section = "";
        foreach (var part in Parts().Matches(readme).Cast<Match>())
        {
            if (part.Groups["section"].Success)
            {
                section = part.Groups["section"].Value;
                continue;
            }

            var mark = Mark().Match(part.Groups["mark"].Value);
            if (!mark.Success)
            {
                throw new InvalidOperationException($"Say in a comment before it how this block is run, as <!-- terminal NAME --> or <!-- not run: WHY -->:\n{part.Value}");
            }

            blocks.Add(new ReadmeBlock(
                section,
                part.Groups["text"].Value,
                Value(mark, "terminal"),
                Value(mark, "variable") is { } variable ? (variable, mark.Groups["of"].Value) : null,
                Value(mark, "until")));
        }

        return blocks;
    }

    private static string? Value(Match match, string group) => match.Groups[group] is { Success: true } found ? found.Value : null;

    [GeneratedRegex(@"^## (?<section>[^\n]+)$|^(?<mark><!--[^\n]*-->\n)?```sh\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Parts();

    [GeneratedRegex(@"\A<!-- (not run: .+|terminal (?<terminal>\w+)(, with (?<variable>\w+) of (?<of>\w+))?(, until (?<until>.+))?) -->\n\z")]
    private static partial Regex Mark();
}
