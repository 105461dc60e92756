namespace MultiPanel.Proxmox.Errors;

/// <summary>No answer in time, or Proxmox itself waited too long (<c>got timeout</c>).</summary>
public sealed class PveTimeoutException(PveFault fault) : PveException(fault)
{
    /// <summary>False for a guest that did not shut down: it will not by itself.</summary>
    public override bool IsTransient => !PveTexts.NoShutdown.IsMatch(Text);
}
