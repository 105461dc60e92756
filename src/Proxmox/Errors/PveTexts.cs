using System.Text.RegularExpressions;

namespace MultiPanel.Proxmox.Errors;

/// <summary>
/// The texts that distinguish errors, as Proxmox VE 9.1 writes them (pve-common, pve-guest-common, qemu-server,
/// pve-storage, pve-cluster). All with status 500 or as a task's exit text.
/// </summary>
internal static partial class PveTexts
{
    [GeneratedRegex(@"\((?:URI '[^']*' [^)]*|(?<path>/[^,)]*)(?:, (?<privilege>[^)]+))?)\s*\)")]
    public static partial Regex Permission { get; }

    [GeneratedRegex(@"^only root (can|may) |only root@pam|Permission check failed", RegexOptions.IgnoreCase)]
    public static partial Regex RootOnly { get; }

    [GeneratedRegex(@"\b(?:VM|CT) is locked(?: \((?<lock>[^)]+)\))?")]
    public static partial Regex Locked { get; }

    [GeneratedRegex(@"can't ac?quire lock '(?<file>[^']+)'|can't lock file '(?<file>[^']+)' - got timeout|cfs-lock '(?<file>[^']+)' error: .*time(d )?out")]
    public static partial Regex LockTimeout { get; }

    [GeneratedRegex(@"no quorum|unable to (open|create|rename) file '/etc/pve/[^']*'.* Permission denied")]
    public static partial Regex NoQuorum { get; }

    [GeneratedRegex(@"hostname lookup '(?<node>[^']*)' failed")]
    public static partial Regex UnknownNode { get; }

    [GeneratedRegex(@"already exists|name '[^']*' already used|config file already exists")]
    public static partial Regex AlreadyExists { get; }

    /// <summary>The group is what is missing; the text of a task or of a node's list names no kind.</summary>
    [GeneratedRegex(@"(?<vm>Configuration file) '[^']*' does not exist|\bstorage '(?<storage>[^']*)' does not exist|\bsnapshot '(?<snapshot>[^']*)' does not exist"
        + @"|\bvolume '(?<volume>[^']*)' (does not exist|not found)|no such (logical )?volume '?(?<volume>[^' ]*)|\bpool '(?<pool>[^']*)' does not exist"
        + @"|no such cluster node '(?<node>[^']*)'|\b(user|group) '[^']*' does not exist|no such task|^no such ")]
    public static partial Regex NotFound { get; }

    [GeneratedRegex(@"protection mode enabled")]
    public static partial Regex Protected { get; }

    [GeneratedRegex(@"still in use by linked clone")]
    public static partial Regex TemplateInUse { get; }

    /// <summary>PVE::Storage, its plugins for directories and LVM, and qemu-img.</summary>
    [GeneratedRegex(@"(volume|Configuration file|disk image) '[^']*' does not exist|no such (logical )?volume|Failed to find logical volume|Could not open '[^']*':.*No such file or directory")]
    public static partial Regex NotVisibleYet { get; }

    [GeneratedRegex(@"No QEMU guest agent configured")]
    public static partial Regex AgentNotConfigured { get; }

    [GeneratedRegex(@"QEMU guest agent is not running")]
    public static partial Regex AgentNotRunning { get; }

    [GeneratedRegex(@"^Agent error: ")]
    public static partial Regex AgentError { get; }

    [GeneratedRegex(@"VM \d+ already running|VM \d+ is running - destroy failed|can't migrate running VM|VM is running")]
    public static partial Regex Running { get; }

    [GeneratedRegex(@"VM \d+ (is )?not running")]
    public static partial Regex NotRunning { get; }

    [GeneratedRegex(@"checksum mismatch \(file change by other user\?\)|detected modified configuration")]
    public static partial Regex DigestMismatch { get; }

    [GeneratedRegex(@"No space left on device|not enough (free )?(disk )?space|out of (data )?space|insufficient free space|quota exceeded|no free space", RegexOptions.IgnoreCase)]
    public static partial Regex StorageFull { get; }

    [GeneratedRegex(@"^VM quit/powerdown failed")]
    public static partial Regex NoShutdown { get; }

    [GeneratedRegex(@"\bgot timeout\b|timed out$|-locked command timed out")]
    public static partial Regex Timeout { get; }

    /// <summary>The daemon forked too many tasks at once; whether this one began is not known.</summary>
    [GeneratedRegex(@"got no worker upid")]
    public static partial Regex NoWorker { get; }

    [GeneratedRegex(@"nodes/(?<node>[^/]+)")]
    public static partial Regex NodeInPath { get; }
}
