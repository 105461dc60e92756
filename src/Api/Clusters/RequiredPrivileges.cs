namespace MultiPanel.Api.Clusters;

/// <summary>
/// What the panel's identity needs in Proxmox, by ACL path, for the commands that the panel offers. From the
/// <c>permissions</c> of each call in the API's schema and the checks of <c>PVE::QemuServer</c>'s options.
/// </summary>
internal static class RequiredPrivileges
{
    public const string Storages = "/storage";

    /// <param name="pool">The pool that VMs are made in: rights over it are enough. Null: over all VMs.</param>
    /// <param name="version">Proxmox's, for example <c>9.1.8</c>: 9 put <c>VM.GuestAgent.*</c> in the place of <c>VM.Monitor</c>.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> For(string version, string? pool)
    {
        var required = new Dictionary<string, IReadOnlyList<string>>
        {
            [pool is null ? "/vms" : $"/pool/{pool}"] = OfVms(version),
            [Storages] = ["Datastore.AllocateSpace", "Datastore.Audit"],
            ["/sdn/zones/localnetwork"] = ["SDN.Use"],
        };
        if (pool is null)
        {
            required["/"] = ["Sys.Audit"];
            required["/nodes"] = ["Sys.Audit"];
        }

        return required;
    }

    private static IReadOnlyList<string> OfVms(string version) =>
    [
        "VM.Allocate", "VM.Audit", "VM.Clone", "VM.Config.CPU", "VM.Config.Cloudinit", "VM.Config.Disk", "VM.Config.Memory",
        "VM.Config.Network", "VM.Config.Options", Major(version) >= 9 ? "VM.GuestAgent.Audit" : "VM.Monitor", "VM.Migrate",
        "VM.PowerMgmt", "VM.Snapshot", "VM.Snapshot.Rollback",
    ];

    private static int Major(string version) => int.TryParse(version.Split('.')[0], out var major) ? major : 0;
}
