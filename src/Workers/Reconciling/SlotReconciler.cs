using Microsoft.Extensions.Logging;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Liveness;
using StackExchange.Redis;

namespace MultiPanel.Workers.Reconciling;

/// <summary>Frees slots whose lease expired, and renews those that jobs' rows name: for a while no worker could.</summary>
public sealed class SlotReconciler(StepSlots slots, WorkerIdentity worker, IConnectionMultiplexer redis, TimeProvider clock, ILogger<SlotReconciler> log)
    : LeasedService("slot-reconciler", TimeSpan.FromSeconds(5), redis, worker, clock, log)
{
    public override Task RunOnceAsync(CancellationToken cancellation) => slots.ExpireAsync(cancellation);
}
