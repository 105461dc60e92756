using MultiPanel.Simulator.FaultInjection;

namespace MultiPanel.Simulator.Control;

/// <summary>The faults that the control endpoint offers, by the last segment of their path.</summary>
internal static class FaultCommands
{
    public static IReadOnlyDictionary<string, Func<Faults, FaultRequest, Task>> All { get; } = new Dictionary<string, Func<Faults, FaultRequest, Task>>
    {
        ["slow"] = Now((faults, r) => faults.Slow(TimeSpan.FromSeconds(r.Seconds), r.Path, r.Node, r.Method, r.Times)),
        ["fail"] = Now((faults, r) => faults.Fail(r.Status, r.Reason, r.Times ?? 1, r.Path, r.Node, r.Method)),
        ["lose-answers"] = Now((faults, r) => faults.LoseAnswers(r.Times ?? 1, r.Path, r.Node, r.Method)),
        ["hold-vm-lock"] = Now((faults, r) => faults.HoldVmLock(r.VmId)),
        ["release-vm-lock"] = Now((faults, r) => faults.ReleaseVmLock(r.VmId)),
        ["hold-storage-lock"] = Now((faults, r) => faults.HoldStorageLock(r.StorageName)),
        ["release-storage-lock"] = Now((faults, r) => faults.ReleaseStorageLock(r.StorageName)),
        ["config-lock"] = Now((faults, r) => faults.SetConfigLock(r.VmId, r.Lock)),
        ["qmp-status"] = Now((faults, r) => faults.SetQmpStatus(r.VmId, r.QmpStatus)),
        ["fill-storage"] = Now((faults, r) => faults.FillStorage(r.StorageName)),
        ["empty-storage"] = Now((faults, r) => faults.FillStorage(r.StorageName, full: false)),
        ["agent-down"] = Now((faults, r) => faults.KeepAgentDown(r.VmId)),
        ["agent-up"] = Now((faults, r) => faults.KeepAgentDown(r.VmId, down: false)),
        ["node-offline"] = (faults, r) => faults.TakeNodeOfflineAsync(r.NodeName, r.Refused ? NodeOutage.ConnectionRefused : NodeOutage.NoRoute),
        ["node-crash"] = (faults, r) => faults.CrashNodeAsync(r.NodeName),
        ["node-online"] = (faults, r) => faults.BringNodeOnlineAsync(r.NodeName),
        ["no-quorum"] = Now((faults, _) => faults.LoseQuorum()),
        ["quorum"] = Now((faults, _) => faults.RestoreQuorum()),
        ["hang"] = Now((faults, r) => faults.Hang(r.NodeName)),
        ["unhang"] = Now((faults, r) => faults.Hang(r.NodeName, hangs: false)),
        ["kill-task"] = Now((faults, r) => faults.KillTask(r.Upid ?? throw new ArgumentException("upid is missing"))),
        ["limit-storage"] = Now((faults, r) => faults.LimitStorage(r.StorageName, r.NodeName)),
        ["unlimit-storage"] = Now((faults, r) => faults.LimitStorage(r.StorageName)),
        ["storage-inactive"] = Now((faults, r) => faults.DeactivateStorage(r.StorageName, r.NodeName)),
        ["storage-active"] = Now((faults, r) => faults.DeactivateStorage(r.StorageName, r.NodeName, inactive: false)),
        ["maintain"] = Now((faults, r) => faults.Maintain(r.NodeName)),
        ["unmaintain"] = Now((faults, r) => faults.Maintain(r.NodeName, maintained: false)),
        ["late-volumes"] = Now((faults, r) => faults.ShowVolumesLate(r.VmId, r.Times ?? 1)),
        ["warn-task"] = Now((faults, r) => faults.Warn(r.TaskType, [.. r.Warnings])),
        ["clear"] = Now((faults, _) => faults.Clear()),
    };

    private static Func<Faults, FaultRequest, Task> Now(Action<Faults, FaultRequest> command) => (faults, request) =>
    {
        command(faults, request);
        return Task.CompletedTask;
    };
}
