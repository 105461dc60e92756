namespace MultiPanel.Proxmox.Errors;

/// <summary>Parameters were refused (400).</summary>
public sealed class PveParameterException(PveFault fault, IReadOnlyDictionary<string, string> errors) : PveException(fault)
{
    /// <summary>Proxmox's text by parameter.</summary>
    public IReadOnlyDictionary<string, string> Errors => errors;

    public override string Message => errors.Count == 0
        ? base.Message
        : $"{base.Message} ({string.Join("; ", errors.Select(error => $"{error.Key}: {error.Value}"))})";
}
