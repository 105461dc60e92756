using System.Text.RegularExpressions;

namespace MultiPanel.Architecture.Tests;

/// <summary>
/// The code blocks of CONTRIBUTING.md whose first line names a file: <c>csharp</c> blocks are whole files, <c>diff</c> blocks
/// change a file that exists.
/// </summary>
internal static partial class Recipes
{
    /// <summary>Writes every block into a copy of the repository.</summary>
    /// <returns>The files written, as the blocks name them.</returns>
    public static IReadOnlyList<string> Follow(string contributing, string root)
    {
        var blocks = Block().Matches(contributing).Select(block => (Kind: block.Groups[1].Value, File: block.Groups[2].Value, Text: block.Groups[3].Value)).ToList();
        foreach (var (kind, file, text) in blocks)
        {
            var path = Path.Combine(root, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, kind == "diff" ? Apply(File.ReadAllText(path), text, file) : text);
        }

        return [.. blocks.Select(block => block.File)];
    }

    private static string Apply(string text, string diff, string file)
    {
        var lines = diff.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var before = string.Concat(lines.Where(line => line[0] != '+').Select(line => line[1..] + "\n"));
        var after = string.Concat(lines.Where(line => line[0] != '-').Select(line => line[1..] + "\n"));
        return text.Split(before) is [var head, var tail]
            ? head + after + tail
            : throw new InvalidOperationException($"CONTRIBUTING.md changes lines of {file} that are not there exactly once:\n{before}");
    }

    [GeneratedRegex(@"^```(csharp|diff) (\S+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
