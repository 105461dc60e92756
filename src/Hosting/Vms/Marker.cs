using System.Globalization;
using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Hosting.Vms;

/// <summary>
/// How a VM that the panel made is known: a line in its description, given with the clone, and its tags. Nothing is
/// deleted unless it matches.
/// </summary>
public static class Marker
{
    public const string Tag = "multipanel";

    /// <summary>Before the key of its installation, in the tag that tells two panels on one Proxmox apart.</summary>
    private const string InstallationTag = "mp-panel-";

    /// <summary>Without the installation, which markers of older versions lack; jobs' ids are unique without it.</summary>
    public static string Line(int vm, Guid job) => $"multipanel vm={vm} job={job}";

    /// <summary>The description as the user wants it, and the marker below.</summary>
    /// <param name="text">What the user wants.</param>
    /// <param name="vm">The panel's id.</param>
    /// <param name="job">The job that made it.</param>
    /// <param name="installation">This panel's key.</param>
    public static string Description(string? text, int vm, Guid job, string installation)
    {
        var line = $"{Line(vm, job)} panel={installation}";
        return string.IsNullOrWhiteSpace(text) ? line : $"{text.TrimEnd()}\n\n{line}";
    }

    public static IEnumerable<string> Tags(int vm, Guid job, string installation) => [Tag, $"mp-vm-{vm}", JobTag(job), InstallationTag + installation];

    public static string JobTag(Guid job) => $"mp-job-{job}";

    /// <summary>Another panel made it. It is as invisible to this one as a container.</summary>
    public static bool IsAnothers(IReadOnlyList<string> tags, string installation) => tags.Contains(Tag)
        && tags.Any(tag => tag.StartsWith(InstallationTag, StringComparison.Ordinal)) && !tags.Contains(InstallationTag + installation);

    /// <summary>The same by its config. A marker in the description says more than a tag; where it has several, one of this panel's is enough.</summary>
    public static bool IsAnothers(QemuConfig config, string installation) => All(config).ToList() is { Count: > 0 } found
        ? found.TrueForAll(marker => marker.Installation is { } panel && panel != installation)
        : IsAnothers(config.Tags, installation);

    public static bool IsOn(QemuConfig config, int vm, Guid job) =>
        All(config).Any(found => (found.Vm, found.Job) == (vm, job));

    /// <returns>The panel's VM and the job that the marker names, and its installation where it names one; null: there is none.</returns>
    public static (int Vm, Guid Job, string? Installation)? Read(QemuConfig config) =>
        All(config).Cast<(int, Guid, string?)?>().FirstOrDefault();

    private static IEnumerable<(int Vm, Guid Job, string? Installation)> All(QemuConfig config) =>
        (config.Description ?? "").Split('\n').Select(Read).OfType<(int, Guid, string?)>();

    private static (int Vm, Guid Job, string? Installation)? Read(string line)
    {
        var words = line.Trim().Split(' ');
        return words is ["multipanel", ['v', 'm', '=', .. var vm], ['j', 'o', 'b', '=', .. var job], .. var rest]
            && int.TryParse(vm, CultureInfo.InvariantCulture, out var id) && Guid.TryParse(job, out var by)
                ? rest switch
                {
                    [] => (id, by, null),
                    [['p', 'a', 'n', 'e', 'l', '=', .. var installation]] => (id, by, installation),
                    _ => null,
                }
                : null;
    }
}
