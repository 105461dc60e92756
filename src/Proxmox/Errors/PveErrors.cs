using System.Text.RegularExpressions;
using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Proxmox.Errors;

/// <summary>The one place where an answer or exit text becomes a typed exception.</summary>
internal static class PveErrors
{
    private static readonly IReadOnlyDictionary<string, string> NoFields = new Dictionary<string, string>();

    /// <summary>By the groups of <see cref="PveTexts.NotFound"/>.</summary>
    private static readonly Dictionary<string, PveMissing> Missing = new()
    {
        ["vm"] = PveMissing.Vm,
        ["storage"] = PveMissing.Storage,
        ["snapshot"] = PveMissing.Snapshot,
        ["volume"] = PveMissing.Volume,
        ["pool"] = PveMissing.Pool,
        ["node"] = PveMissing.Node,
    };

    /// <summary>The first that matches decides: a text can hold another one as its cause, the more special stands first.</summary>
    private static readonly (Regex Text, Func<PveFault, Match, PveException> Make)[] Kinds =
    [
        (PveTexts.LockTimeout, (fault, match) => new PveLockTimeoutException(fault, Value(match, "file"))),
        (PveTexts.Locked, (fault, match) => new PveLockedException(fault, Value(match, "lock"))),
        (PveTexts.NoQuorum, (fault, _) => new PveNoQuorumException(fault)),
        (PveTexts.UnknownNode, (fault, match) => new PveNodeUnreachableException(fault, Value(match, "node"))),
        (PveTexts.AgentNotConfigured, (fault, _) => new PveAgentException(fault, AgentProblem.NotConfigured)),
        (PveTexts.AgentNotRunning, (fault, _) => new PveAgentException(fault, AgentProblem.NotRunning)),
        (PveTexts.AgentError, (fault, _) => new PveAgentException(fault, AgentProblem.Failed)),
        (PveTexts.AlreadyExists, (fault, _) => new PveAlreadyExistsException(fault)),
        (PveTexts.NotFound, NotFound),
        (PveTexts.Protected, (fault, _) => new PveProtectedException(fault)),
        (PveTexts.TemplateInUse, (fault, _) => new PveTemplateInUseException(fault)),
        (PveTexts.RootOnly, (fault, _) => Permission(fault)),
        (PveTexts.DigestMismatch, (fault, _) => new PveDigestMismatchException(fault)),
        (PveTexts.StorageFull, (fault, _) => new PveStorageFullException(fault)),
        (PveTexts.Running, (fault, _) => new PveVmStateException(fault, running: true)),
        (PveTexts.NotRunning, (fault, _) => new PveVmStateException(fault, running: false)),
        (PveTexts.Timeout, (fault, _) => new PveTimeoutException(fault)),
    ];

    public static PveException OfAnswer(PveFault fault, IReadOnlyDictionary<string, string>? fields = null) => fault.Status switch
    {
        401 => new PveAuthenticationException(fault),
        403 => Permission(fault),
        400 => Parameters(fault, fields ?? NoFields),
        595 or 596 or 599 => new PveNodeUnreachableException(fault, Value(PveTexts.NodeInPath.Match(fault.Path), "node")),
        502 or 503 or 504 => new PveUnreachableException(fault),
        _ => OfText(fault),
    };

    public static PveException OfTask(Upid upid, string exitText, IReadOnlyList<string> log)
    {
        var error = OfText(new PveFault("TASK", upid.ToString(), exitText.Trim()));
        return error.GetType() == typeof(PveException) && log.Any(PveTexts.StorageFull.IsMatch)
            ? new PveStorageFullException(error.Fault)
            : error;
    }

    /// <summary>True where the status says that a changing call may have been carried out all the same.</summary>
    public static bool LeavesOutcomeUnknown(int status, string text) =>
        status is 502 or 503 or 504 or 595 or 596 or 599 || PveTexts.NoWorker.IsMatch(text);

    private static PveException OfText(PveFault fault)
    {
        foreach (var (text, make) in Kinds)
        {
            if (text.Match(fault.Text) is { Success: true } match)
            {
                return make(fault, match);
            }
        }

        return new PveException(fault);
    }

    private static PvePermissionException Permission(PveFault fault)
    {
        var match = PveTexts.Permission.Match(fault.Text);
        return new PvePermissionException(fault, Value(match, "path"), Value(match, "privilege"));
    }

    /// <summary>A single wrong value may be a taken VMID or an unknown task, which callers treat as such.</summary>
    private static PveException Parameters(PveFault fault, IReadOnlyDictionary<string, string> fields)
    {
        if (fields.Count != 1)
        {
            return new PveParameterException(fault, fields);
        }

        var (field, text) = fields.First();
        var named = fault with { Text = text };
        return field switch
        {
            "vmid" or "newid" when PveTexts.AlreadyExists.IsMatch(text) => new PveAlreadyExistsException(named),
            "upid" when PveTexts.NotFound.IsMatch(text) => new PveNotFoundException(named),
            _ => new PveParameterException(fault, fields),
        };
    }

    private static PveNotFoundException NotFound(PveFault fault, Match match)
    {
        var missing = Missing.FirstOrDefault(kind => match.Groups[kind.Key].Success);
        return new PveNotFoundException(fault, missing.Value, missing.Value is PveMissing.Other or PveMissing.Vm ? null : Value(match, missing.Key));
    }

    private static string? Value(Match match, string group) =>
        match.Groups[group] is { Success: true, Value: var value } ? value : null;
}
