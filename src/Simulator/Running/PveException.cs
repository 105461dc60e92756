namespace MultiPanel.Simulator.Running;

/// <summary>An error as Proxmox answers it: its first line becomes the reason phrase.</summary>
internal sealed class PveException : Exception
{
    public PveException(string message, int status = 500)
        : base(message) => Status = status;

    public PveException(IReadOnlyDictionary<string, string> errors)
        : base("Parameter verification failed.")
    {
        Status = 400;
        Errors = errors;
    }

    public int Status { get; }

    public IReadOnlyDictionary<string, string>? Errors { get; }

    /// <summary>How long Proxmox takes before it says so, unscaled.</summary>
    public TimeSpan After { get; init; }

    /// <summary>Authentication and proxy errors have no body.</summary>
    public bool EmptyBody { get; init; }

    public static PveException Parameter(string name, string text) => new(new Dictionary<string, string> { [name] = text });
}
