using System.Xml.Linq;

namespace MultiPanel.Architecture.Tests;

/// <summary>Who may know whom; the same table stands in CONTRIBUTING.md.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Contracts"] = [],
        ["Data"] = ["Contracts"],
        ["Proxmox"] = [],
        ["Progress"] = ["Contracts"],
        ["Sagas"] = ["Contracts", "Progress"],
        ["Hosting"] = ["Contracts", "Data", "Progress", "Proxmox"],
        ["Workers"] = ["Contracts", "Data", "Progress", "Proxmox", "Sagas", "Hosting"],
        ["Api"] = ["Contracts", "Data", "Progress", "Proxmox", "Hosting"],
        ["Gateway"] = ["Contracts"],
        ["Simulator"] = [],
        ["Standalone"] = ["Contracts", "Data", "Progress", "Proxmox", "Sagas", "Hosting", "Workers", "Api", "Simulator"],
    };

    private static IEnumerable<string> Projects => Allowed.Keys;

    [TestCaseSource(nameof(Projects))]
    public void A_project_knows_only_whom_it_may(string project)
    {
        var known = Sources.Load(project).GetReferencedAssemblies()
            .Where(name => name.Name!.StartsWith("MultiPanel.", StringComparison.Ordinal))
            .Select(name => name.Name!["MultiPanel.".Length..]);

        Assert.That(known, Is.SubsetOf(Allowed[project]));
    }

    /// <summary>What is referenced but not used yet is in no assembly's list; and what is shipped is what is referenced.</summary>
    [TestCaseSource(nameof(Projects))]
    public void A_project_file_names_only_whom_it_may(string project)
    {
        var named = XDocument.Load(Path.Combine(Sources.Root(), "src", project, $"{project}.csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));

        Assert.That(named, Is.SubsetOf(Allowed[project]));
    }

    [Test]
    public void Every_project_under_src_is_in_the_table() =>
        Assert.That(Directory.GetDirectories(Path.Combine(Sources.Root(), "src")).Select(Path.GetFileName), Is.EquivalentTo(Allowed.Keys));

    [TestCase("Microsoft.Garnet", "Garnet.host", "Standalone")]
    [TestCase("EF Core", "Microsoft.EntityFrameworkCore", "Data", "Hosting", "Workers", "Api", "Standalone")]
    [TestCase("MassTransit", "MassTransit", "Sagas", "Hosting", "Workers", "Api", "Standalone")]
    [TestCase("MailKit", "MailKit", "Hosting")]
    [TestCase("YARP", "Yarp.ReverseProxy", "Gateway")]
    public void A_package_stays_where_it_belongs(string _, string assembly, params string[] owners)
    {
        var users = Projects.Where(project => Sources.Load(project).GetReferencedAssemblies().Any(name => name.Name == assembly));

        Assert.That(users, Is.SubsetOf(owners));
    }
}
