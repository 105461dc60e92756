using System.Text.RegularExpressions;

namespace MultiPanel.Architecture.Tests;

/// <summary>
/// Folders that need each other can only be understood together. The build demands that a namespace is its folder and that no
/// using is superfluous, so the usings say which folder needs which.
/// </summary>
public sealed partial class FolderTests
{
    private static readonly string[] Projects = ["Api", "Contracts", "Data", "Gateway", "Hosting", "Progress", "Sagas", "Workers"];

    [TestCaseSource(nameof(Projects))]
    public void No_folders_of_a_project_need_each_other_in_a_circle(string project)
    {
        var files = Sources.Files($"src/{project}", ".cs").Select(file => (file, File.ReadAllText(Path.Combine(Sources.Root(), file))));

        Assert.That(Circles(Needs(project, files)), Is.Empty, "move what both need into a folder that needs neither");
    }

    [Test]
    public void The_rule_finds_a_circle()
    {
        var files = new[]
        {
            ("src/Workers/Steps/Step.cs", "using MultiPanel.Workers.Admission;"),
            ("src/Workers/Admission/Slot.cs", "using MultiPanel.Workers.Clusters;"),
            ("src/Workers/Clusters/Parts/Cluster.cs", "using MultiPanel.Workers.Steps.Parts;"),
            ("src/Workers/Vms/Vm.cs", "using MultiPanel.Workers.Steps;"),
            ("src/Workers/WorkerServices.cs", "using MultiPanel.Workers.Vms;"),
        };

        Assert.That(Circles(Needs("Workers", files)), Is.EqualTo(new[] { "Admission", "Clusters", "Steps" }));
    }

    /// <summary>Which folders each folder needs. A project's own files put its folders together: they are in no folder.</summary>
    private static Dictionary<string, HashSet<string>> Needs(string project, IEnumerable<(string Path, string Text)> files)
    {
        var needs = new Dictionary<string, HashSet<string>>();
        foreach (var (path, text) in files.Where(file => file.Path.Split('/').Length > 3))
        {
            var folder = path.Split('/')[2];
            var needed = Using().Matches(text).Where(match => match.Groups[1].Value == project).Select(match => match.Groups[2].Value);
            needs.TryAdd(folder, []);
            needs[folder].UnionWith(needed.Where(other => other != folder));
        }

        return needs;
    }

    /// <returns>The folders from which a way leads back to them.</returns>
    private static IEnumerable<string> Circles(Dictionary<string, HashSet<string>> needs) => needs.Keys.Where(folder =>
    {
        var (reached, next) = (new HashSet<string>(), new Stack<string>(needs[folder]));
        while (next.TryPop(out var other))
        {
            if (reached.Add(other) && needs.TryGetValue(other, out var further))
            {
                foreach (var needed in further)
                {
                    next.Push(needed);
                }
            }
        }

        return reached.Contains(folder);
    }).Order();

    [GeneratedRegex(@"^using (?:static )?MultiPanel\.(\w+)\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Using();
}
