using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Contracts.Bulk;

/// <summary>Count how a bulk job's children stand: one of them has ended, or the bulk job is to be cancelled.</summary>
public sealed record TallyChildren(Guid JobId) : IJobMessage;
