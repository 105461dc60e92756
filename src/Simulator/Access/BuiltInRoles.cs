namespace MultiPanel.Simulator.Access;

/// <summary>Proxmox's built-in roles. Source: PVE::AccessControl, as of 9.1.</summary>
internal static class BuiltInRoles
{
    private const string VmUser =
        "VM.Audit VM.Backup VM.Config.CDROM VM.Config.Cloudinit VM.Console VM.GuestAgent.Audit VM.GuestAgent.FileRead " +
        "VM.GuestAgent.FileSystemMgmt VM.GuestAgent.FileWrite VM.PowerMgmt";

    private const string VmAdmin =
        VmUser + " VM.Allocate VM.Clone VM.Config.CPU VM.Config.Disk VM.Config.HWType VM.Config.Memory VM.Config.Network " +
        "VM.Config.Options VM.GuestAgent.Unrestricted VM.Migrate VM.Replicate VM.Snapshot VM.Snapshot.Rollback";

    private const string Admin =
        VmAdmin + " Datastore.Allocate Datastore.AllocateSpace Datastore.AllocateTemplate Datastore.Audit Group.Allocate Mapping.Audit " +
        "Mapping.Use Pool.Allocate Pool.Audit Realm.AllocateUser SDN.Allocate SDN.Audit SDN.Use Sys.Audit Sys.Console Sys.Syslog User.Modify";

    public static IReadOnlyDictionary<string, string[]> All { get; } = new Dictionary<string, string>
    {
        ["Administrator"] = Admin + " Mapping.Modify Permissions.Modify Realm.Allocate Sys.AccessNetwork Sys.Incoming Sys.Modify Sys.PowerMgmt",
        ["NoAccess"] = "",
        ["PVEAdmin"] = Admin,
        ["PVEAuditor"] = "Datastore.Audit Mapping.Audit Pool.Audit SDN.Audit Sys.Audit VM.Audit VM.GuestAgent.Audit",
        ["PVEDatastoreAdmin"] = "Datastore.Allocate Datastore.AllocateSpace Datastore.AllocateTemplate Datastore.Audit",
        ["PVEDatastoreUser"] = "Datastore.AllocateSpace Datastore.Audit",
        ["PVEMappingAdmin"] = "Mapping.Audit Mapping.Modify Mapping.Use",
        ["PVEMappingUser"] = "Mapping.Audit Mapping.Use",
        ["PVEPoolAdmin"] = "Pool.Allocate Pool.Audit",
        ["PVEPoolUser"] = "Pool.Audit",
        ["PVESDNAdmin"] = "SDN.Allocate SDN.Audit SDN.Use",
        ["PVESDNUser"] = "SDN.Audit SDN.Use",
        ["PVESysAdmin"] = "Sys.Audit Sys.Console Sys.Syslog",
        ["PVETemplateUser"] = "VM.Audit VM.Clone",
        ["PVEUserAdmin"] = "Group.Allocate Realm.AllocateUser User.Modify",
        ["PVEVMAdmin"] = VmAdmin,
        ["PVEVMUser"] = VmUser,
    }.ToDictionary(pair => pair.Key, pair => pair.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ToArray());
}
