namespace MultiPanel.Proxmox.Errors;

/// <summary>The guest agent did not do what it was asked.</summary>
public sealed class PveAgentException(PveFault fault, AgentProblem problem) : PveException(fault)
{
    public AgentProblem Problem => problem;
}

/// <summary>The VMID, snapshot name or volume is taken; on a repeat possibly by one's own first call.</summary>
public sealed class PveAlreadyExistsException(PveFault fault) : PveException(fault);

/// <summary>The credential was refused (401). The call had no effect.</summary>
public sealed class PveAuthenticationException(PveFault fault) : PveException(fault);

/// <summary>The configuration changed since the digest was read.</summary>
public sealed class PveDigestMismatchException(PveFault fault) : PveException(fault);

/// <summary>A lock could not be had in time (10 s for a configuration, 1 s for a clone's source). Nothing was done.</summary>
public sealed class PveLockTimeoutException(PveFault fault, string? file) : PveException(fault)
{
    /// <summary>The lock file or cluster lock.</summary>
    public string? File => file;

    public override bool IsTransient => true;
}

/// <summary>The VM's configuration is locked: another operation runs, or was killed.</summary>
public sealed class PveLockedException(PveFault fault, string? @lock) : PveException(fault)
{
    /// <summary>The lock's name, as in <c>backup</c> or <c>clone</c>.</summary>
    public string? Lock => @lock;
}

/// <summary>The answering node has no quorum: nothing can be changed, and what it shows may be old.</summary>
public sealed class PveNoQuorumException(PveFault fault) : PveException(fault)
{
    public override bool IsTransient => true;
}

/// <summary>The answering node cannot reach the one meant: 595 (off or refusing), 596 and 599 (hanging), or its name is unknown.</summary>
public sealed class PveNodeUnreachableException(PveFault fault, string? node = null) : PveException(fault)
{
    /// <summary>The node, where the path or text names it.</summary>
    public string? Node => node;

    public override bool IsTransient => true;
}

/// <summary>What the call names is not there, <i>on that node</i>: a VM's missing configuration file also means that it moved.</summary>
public sealed class PveNotFoundException(PveFault fault, PveMissing missing = PveMissing.Other, string? name = null) : PveException(fault)
{
    public PveMissing Missing => missing;

    /// <summary>Of the storage, snapshot, volume, pool or node.</summary>
    public string? MissingName => name;
}

/// <summary>Two answers of the cluster about one VM contradict each other, as while a node has no quorum. The text is the panel's.</summary>
/// <param name="fault">What is known of it.</param>
/// <param name="node">Where the VM is listed.</param>
/// <param name="lasting">No waiting helps: the VMID is that of a container.</param>
public sealed class PveContradictionException(PveFault fault, string? node = null, bool lasting = false) : PveException(fault)
{
    /// <summary>Where the VM is listed, though the node has no configuration for it; null: it is another contradiction.</summary>
    public string? Node => node;

    public override bool IsTransient => !lasting;
}

/// <summary>An answer that is no answer of Proxmox's API. The text is the panel's.</summary>
public sealed class PveAnswerException(PveFault fault) : PveException(fault);

/// <summary>The VM or disk is protected against removal (<c>protection: 1</c>).</summary>
public sealed class PveProtectedException(PveFault fault) : PveException(fault);

/// <summary>Linked clones stand on the template's disk.</summary>
public sealed class PveTemplateInUseException(PveFault fault) : PveException(fault);

/// <summary>Parameters were refused (400).</summary>
public sealed class PveParameterException(PveFault fault, IReadOnlyDictionary<string, string> errors) : PveException(fault)
{
    /// <summary>Proxmox's text by parameter.</summary>
    public IReadOnlyDictionary<string, string> Errors => errors;

    public override string Message => errors.Count == 0
        ? base.Message
        : $"{base.Message} ({string.Join("; ", errors.Select(error => $"{error.Key}: {error.Value}"))})";
}

/// <summary>A privilege is missing, or the call is barred to tokens (403), or is root@pam's alone.</summary>
public class PvePermissionException(PveFault fault, string? objectPath = null, string? privilege = null) : PveException(fault)
{
    /// <summary>The ACL path, as in <c>/vms/100</c>; null where Proxmox did not name one.</summary>
    public string? ObjectPath => objectPath;

    /// <summary>The privilege, as in <c>VM.Audit</c>; null where Proxmox did not name one.</summary>
    public string? Privilege => privilege;
}

/// <summary>
/// The VMID is taken, by what the credential is not shown: a clone is in its pool only once it is ready, and other VMs are in none of the
/// credential's pools. It is not gone.
/// </summary>
public sealed class PveHiddenException(PveFault fault, string? objectPath = null, string? privilege = null) : PvePermissionException(fault, objectPath, privilege);

/// <summary>The storage has no room left.</summary>
public sealed class PveStorageFullException(PveFault fault) : PveException(fault);

/// <summary>No answer in time, or Proxmox itself waited too long (<c>got timeout</c>).</summary>
public sealed class PveTimeoutException(PveFault fault) : PveException(fault)
{
    /// <summary>False for a guest that did not shut down: it will not by itself.</summary>
    public override bool IsTransient => !PveTexts.NoShutdown.IsMatch(Text);
}

/// <summary>No endpoint answered, the connection was lost, the circuit is open, or TLS was refused.</summary>
public sealed class PveUnreachableException(PveFault fault, bool tlsRefused = false) : PveException(fault)
{
    /// <summary>True where a certificate was not the expected one: the text has its fingerprint. Waiting does not help.</summary>
    public bool TlsRefused => tlsRefused;

    /// <summary>While the circuit is open: when a call will be tried again. Nothing was sent.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>No connection to any endpoint: what opens the circuit.</summary>
    internal bool NobodyAnswered { get; init; }

    public override bool IsTransient => !tlsRefused;
}

/// <summary>The VM runs where it must not, or the other way round: <c>VM 100 already running</c>, <c>VM 100 is not running</c>.</summary>
public sealed class PveVmStateException(PveFault fault, bool running) : PveException(fault)
{
    /// <summary>What Proxmox found the VM to be.</summary>
    public bool Running => running;
}
