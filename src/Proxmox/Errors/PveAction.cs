using System.Text.RegularExpressions;
using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Proxmox.Errors;

/// <summary>What a failed call or task was to do: the same text of Proxmox means different things.</summary>
public enum PveAction
{
    Other,
    Clone,
    Delete,
    Migrate,
    Shutdown,
}

internal static partial class PveActions
{
    private static readonly Dictionary<string, PveAction> Tasks = new()
    {
        ["qmclone"] = PveAction.Clone,
        ["qmdestroy"] = PveAction.Delete,
        ["qmigrate"] = PveAction.Migrate,
        ["hamigrate"] = PveAction.Migrate,
        ["qmshutdown"] = PveAction.Shutdown,
    };

    public static PveAction Of(PveFault fault)
    {
        if (fault.Method == "TASK")
        {
            return Upid.TryParse(fault.Path, out var upid) ? Tasks.GetValueOrDefault(upid.Type) : PveAction.Other;
        }

        var path = VmPath.Match(fault.Path);
        return (fault.Method, path.Success ? path.Groups["rest"].Value : null) switch
        {
            ("POST", "/clone") => PveAction.Clone,
            ("DELETE", "") => PveAction.Delete,
            ("POST", "/migrate") => PveAction.Migrate,
            ("POST", "/status/shutdown") => PveAction.Shutdown,
            _ => PveAction.Other,
        };
    }

    [GeneratedRegex(@"^/?nodes/[^/]+/qemu/\d+(?<rest>.*)$")]
    private static partial Regex VmPath { get; }
}
