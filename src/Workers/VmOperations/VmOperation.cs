using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.VmOperations;

/// <summary>
/// One of the things that can be done to a VM. To add one: a <see cref="VmAction"/>, a class beside the others in
/// <c>Operations</c>; it is found by its type.
/// </summary>
public abstract class VmOperation
{
    public abstract VmAction Action { get; }

    /// <summary>One of <see cref="AdmissionClass"/>; null: costs next to nothing.</summary>
    public virtual string? Class => null;

    /// <summary>The types that its task may have in the UPID, for finding it again when the answer to its start was lost.</summary>
    public virtual IReadOnlyList<string> TaskTypes => [];

    /// <summary>
    /// Proxmox cleans up when its task is stopped half-way (workers die of "received interrupt" and undo what they do). Else
    /// to cancel comes too late once it runs.
    /// </summary>
    public virtual bool CanBeStopped => false;

    /// <summary>
    /// The state that the panel knows is the one that this starts from, and Proxmox refuses it in any other: the try needs to look
    /// at the configuration alone. Where that is out of date, the task fails, and the next try looks at all.
    /// </summary>
    public virtual bool StartsFrom(VmStatus known) => false;

    /// <summary>The VM is as it should be, so there is nothing to do.</summary>
    public virtual bool IsDone(VmSight seen, OperateVm command) => false;

    /// <summary>After it was done: the VM shows the effect. Some operations leave no trace to look for.</summary>
    public virtual bool Shows(VmSight seen, OperateVm command) => true;

    /// <summary>What it does can be seen until it is undone.</summary>
    public virtual bool EffectStays => false;

    /// <summary>The same, where the VM itself does not show it.</summary>
    public virtual Task<bool> ShowsAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        Task.FromResult(Shows(seen, command));

    /// <returns>The task; null: it is done at once.</returns>
    public abstract Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation);
}
