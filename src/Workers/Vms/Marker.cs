using System.Globalization;
using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Workers.Vms;

/// <summary>
/// How a VM that the panel made is known: a line in its description, given with the clone, and its tags. Nothing is
/// deleted unless it matches.
/// </summary>
public static class Marker
{
    public const string Tag = "multipanel";

    public static string Line(int vm, Guid job) => $"multipanel vm={vm} job={job}";

    /// <summary>The description as the user wants it, and the marker below.</summary>
    public static string Description(string? text, int vm, Guid job) =>
        string.IsNullOrWhiteSpace(text) ? Line(vm, job) : $"{text.TrimEnd()}\n\n{Line(vm, job)}";

    public static IEnumerable<string> Tags(int vm, Guid job) => [Tag, $"mp-vm-{vm}", $"mp-job-{job}"];

    public static bool IsOn(QemuConfig config, int vm, Guid job) =>
        config.Description?.Split('\n').Any(line => line.Trim() == Line(vm, job)) == true;

    /// <returns>The panel's VM and the job that the marker names; null: there is none.</returns>
    public static (int Vm, Guid Job)? Read(QemuConfig config)
    {
        foreach (var words in (config.Description ?? "").Split('\n').Select(line => line.Trim().Split(' ')))
        {
            if (words is ["multipanel", ['v', 'm', '=', .. var vm], ['j', 'o', 'b', '=', .. var job]]
                && int.TryParse(vm, CultureInfo.InvariantCulture, out var id) && Guid.TryParse(job, out var by))
            {
                return (id, by);
            }
        }

        return null;
    }
}
