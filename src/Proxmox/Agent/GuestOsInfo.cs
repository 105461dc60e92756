using System.Text.Json;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Agent;

/// <summary>The guest's operating system, as far as it says.</summary>
/// <param name="Id">As in <c>debian</c>, <c>mswindows</c>.</param>
public sealed record GuestOsInfo(
    string? Id,
    string? Name,
    string? PrettyName,
    string? VersionId,
    string? KernelRelease,
    string? KernelVersion,
    string? Machine)
{
    internal static GuestOsInfo From(JsonElement data) => new(
        data.Text("id"),
        data.Text("name"),
        data.Text("pretty-name"),
        data.Text("version-id"),
        data.Text("kernel-release"),
        data.Text("kernel-version"),
        data.Text("machine"));
}
