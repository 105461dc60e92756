using MultiPanel.Contracts.Admission;
using MultiPanel.Progress;
using StackExchange.Redis;

namespace MultiPanel.Sagas.Admission;

/// <summary>
/// Limits how much runs at once in a cluster, counted across all workers. Slots are per class and node, storage and
/// cluster; waiters go by priority, then round robin by company, then first come; one whose node is full is passed over.
/// A holder keeps its slot by <see cref="RenewAsync"/> until <see cref="ReleaseAsync"/>; call <see cref="ExpireAsync"/> now and then
/// for those that vanished. An unreachable Redis is a <see cref="StackExchange.Redis.RedisException"/>: no step gets a slot then.
/// </summary>
public interface IAdmission
{
    /// <summary>Asks for a slot. Safe to repeat: a holder has its lease renewed, a waiter keeps its place.</summary>
    Task<AdmissionDecision> RequestAsync(AdmissionRequest request, CancellationToken ct);

    /// <summary><see cref="RequestAsync"/> as a script, to be run together with others; <see cref="Decision"/> reads its answer.</summary>
    ScriptCall Request(AdmissionRequest request);

    AdmissionDecision Decision(RedisResult answer);

    /// <summary><see cref="ReleaseAsync"/> as a script, to be run together with others; <see cref="Grants"/> reads its answer.</summary>
    ScriptCall Release(string cluster, string holder);

    SlotGrants Grants(RedisResult answer);

    /// <summary>Gives back the slot, or leaves the line, and grants what became free. Safe to repeat.</summary>
    Task<SlotGrants> ReleaseAsync(string cluster, string holder, CancellationToken ct);

    /// <summary>Says that these holders and waiters are still there: one call for many.</summary>
    Task RenewAsync(string cluster, IReadOnlyCollection<string> holders, CancellationToken ct);

    /// <summary>Takes back slots whose lease ran out, forgets waiters that have not asked for long, and grants what became free.</summary>
    Task<SlotGrants> ExpireAsync(string cluster, CancellationToken ct);

    Task<AdmissionReport> ReportAsync(string cluster, CancellationToken ct);

    /// <summary>A lock timeout or a 59x answer: halves the node's limit for the class, at least 1.</summary>
    Task SlowDownAsync(string cluster, string node, string @class, CancellationToken ct);

    /// <summary>A success: raises a lowered limit by one, up to the configured one. To be run together with others; <see cref="Grants"/> reads its answer.</summary>
    ScriptCall SpeedUp(string cluster, string node, string @class);

    /// <summary>
    /// Counts again after Redis was flushed. Nothing is granted between the loss and this call. The first call wins.
    /// </summary>
    /// <param name="running">Everyone that may hold a slot, from the database; those that wait ask again afterwards.</param>
    Task<SlotGrants> RestoreAsync(string cluster, IReadOnlyCollection<AdmissionRequest> running, CancellationToken ct);

    /// <summary>Sets the cluster's limits, which a flush of Redis loses too: set them before <see cref="RestoreAsync"/>.</summary>
    Task<SlotGrants> SetLimitsAsync(string cluster, AdmissionLimits limits, CancellationToken ct);

    Task<AdmissionLimits> LimitsAsync(string cluster, CancellationToken ct);
}
