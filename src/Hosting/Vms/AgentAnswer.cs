using MultiPanel.Contracts.Vms;
using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Hosting.Vms;

/// <summary>What came of a question to a guest agent.</summary>
/// <param name="Network">Null: nobody answered, or nothing was asked.</param>
/// <param name="Silent">Why nobody answered; null where nothing was asked, too.</param>
public sealed record AgentAnswer(GuestNetwork? Network, PveException? Silent)
{
    /// <summary>Another agent of its node was being asked.</summary>
    public static AgentAnswer Unasked { get; } = new(null, null);
}
