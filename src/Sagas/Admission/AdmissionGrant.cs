using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Sagas.Admission;

/// <summary>A waiter that has been given a slot; the reader of this wakes it.</summary>
public sealed record AdmissionGrant(
    string Holder,
    Guid JobId,
    string Cluster,
    string Node,
    string? Storage,
    string Class,
    JobPriority Priority,
    string Company,
    string Resume);
