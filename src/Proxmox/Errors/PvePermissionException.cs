namespace MultiPanel.Proxmox.Errors;

/// <summary>A privilege is missing, or the call is barred to tokens (403), or is root@pam's alone.</summary>
public sealed class PvePermissionException(PveFault fault, string? objectPath = null, string? privilege = null) : PveException(fault)
{
    /// <summary>The ACL path, as in <c>/vms/100</c>; null where Proxmox did not name one.</summary>
    public string? ObjectPath => objectPath;

    /// <summary>The privilege, as in <c>VM.Audit</c>; null where Proxmox did not name one.</summary>
    public string? Privilege => privilege;
}
