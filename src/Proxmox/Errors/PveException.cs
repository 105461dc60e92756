using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Proxmox.Errors;

/// <summary>A call, or a task, that Proxmox refused or that never got an answer. The subclasses say why.</summary>
public class PveException(PveFault fault) : Exception(Describe(fault), fault.Cause)
{
    internal PveFault Fault => fault;

    public int? Status => fault.Status;

    public string? ReasonPhrase => fault.ReasonPhrase;

    /// <summary>Proxmox's own words, without the trailing line break.</summary>
    public string Text => fault.Text;

    public string Method => fault.Method;

    /// <summary>The path below <c>/api2/json</c> without parameters, or the UPID of a failed task.</summary>
    public string Path => fault.Path;

    /// <summary>What the call or task was to do.</summary>
    public PveAction Action => PveActions.Of(fault);

    /// <summary>True where a changing call may have taken effect although it failed: look before acting.</summary>
    public bool OutcomeUnknown => fault.OutcomeUnknown;

    /// <summary>True where the same call may well succeed later without any change.</summary>
    public virtual bool IsTransient => fault.Status is 502 or 503 or 504 || PveTexts.NoWorker.IsMatch(fault.Text);

    /// <summary>
    /// A configuration or volume is not there. Of one made a moment ago that passes: on a shared directory another node sees a new file
    /// late, and a logical volume is activated when it is first used.
    /// </summary>
    public bool MayAppear => PveTexts.NotVisibleYet.IsMatch(fault.Text);

    /// <summary>The exception for a task that ended with <paramref name="exitText"/>, of the same kinds as for calls.</summary>
    /// <param name="log">The log's last lines: a failed copy ends <c>exit code 1</c>, and only there it says why.</param>
    public static PveException FromTask(Upid upid, string exitText, IReadOnlyList<string>? log = null) =>
        PveErrors.OfTask(upid, exitText, log ?? []);

    private static string Describe(PveFault fault) =>
        $"{fault.Method} {fault.Path}: {(fault.Status is { } status ? $"{status} " : "")}{fault.Text}";
}
