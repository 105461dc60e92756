namespace MultiPanel.Proxmox;

/// <summary>The version of the node that answered.</summary>
/// <param name="Version">As in <c>9.1.8</c>.</param>
/// <param name="Release">As in <c>9.1</c>.</param>
public sealed record PveVersion(string Version, string Release, string? RepoId);
