namespace MultiPanel.Proxmox.Errors;

/// <summary>What is known of a call that failed.</summary>
/// <param name="Method">The HTTP method, or <c>TASK</c> for a task's exit text.</param>
/// <param name="Path">The path below <c>/api2/json</c> without parameters, or the UPID. Holds no secret.</param>
/// <param name="Text">Proxmox's own text: the body's <c>message</c>, else the reason phrase.</param>
public sealed record PveFault(string Method, string Path, string Text)
{
    /// <summary>The HTTP status; null where no answer came.</summary>
    public int? Status { get; init; }

    public string? ReasonPhrase { get; init; }

    /// <summary>True where a changing call may have taken effect although it failed: look before acting.</summary>
    public bool OutcomeUnknown { get; init; }

    public Exception? Cause { get; init; }
}
