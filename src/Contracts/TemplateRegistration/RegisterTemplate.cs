using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Contracts.TemplateRegistration;

/// <summary>Take a Proxmox template into the panel's list, under the row that the job's target names.</summary>
public sealed record RegisterTemplate : IJobCommand, ICreatesTemplate
{
    public required Guid JobId { get; init; }

    /// <summary>Which one; the row says so too, but a failed registration takes that off the list. Absent in older jobs.</summary>
    public int? Vmid { get; init; }
}
