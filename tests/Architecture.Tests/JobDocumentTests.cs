using System.Text.RegularExpressions;

namespace MultiPanel.Architecture.Tests;

/// <summary>docs/life-of-a-job.md names the classes that there are, and each middleware that a request passes.</summary>
public sealed partial class JobDocumentTests
{
    private static string Text { get; } = File.ReadAllText(Path.Combine(Sources.Root(), "docs", "life-of-a-job.md"));

    [Test]
    public void It_names_only_files_that_are_there()
    {
        var there = Sources.Files("src", ".cs", ".lua").Select(file => $"/{file}").ToList();

        Assert.That(Named().Matches(Text).Select(match => match.Value).Distinct().Where(name => !there.Exists(file => file.EndsWith($"/{name}", StringComparison.Ordinal))), Is.Empty);
    }

    [Test]
    public void It_names_each_middleware_in_its_order()
    {
        var passed = Middleware().Matches(File.ReadAllText(Path.Combine(Sources.Root(), "src", "Api", "PanelApi.cs"))).Select(match => match.Groups[1].Value).ToList();

        Assert.That(passed, Has.Count.GreaterThan(3));
        Assert.That(passed.ConvertAll(name => Text.IndexOf($"/{name}.cs`", StringComparison.Ordinal)), Is.All.Positive.And.Ordered);
    }

    [GeneratedRegex(@"[A-Za-z][A-Za-z/]*\.(cs|lua)(?=`)")]
    private static partial Regex Named();

    [GeneratedRegex(@"UseMiddleware<(\w+)>")]
    private static partial Regex Middleware();
}
