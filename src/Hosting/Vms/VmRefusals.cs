using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox.Sight;

namespace MultiPanel.Hosting.Vms;

/// <summary>What Proxmox refuses for certain because of how a VM is. The accept and the job ask the same, so that both say the same.</summary>
public static class VmRefusals
{
    /// <param name="command">The action and its options.</param>
    /// <param name="vm">As the panel knows it.</param>
    /// <returns>Null: nothing that is known is against it.</returns>
    public static JobError? Of(IOperatesVm command, Vm vm) =>
        OfTemplate(command, vm.Name, vm.Template) ?? OfProtection(command, vm, vm.Config?.Protection == true) ?? OfState(command, vm.Name, VmState.Of(vm));

    /// <param name="command">The action and its options.</param>
    /// <param name="vm">Its row, for its name.</param>
    /// <param name="seen">As it is.</param>
    /// <inheritdoc cref="Of(IOperatesVm, Vm)"/>
    public static JobError? Of(IOperatesVm command, Vm vm, VmSight seen) =>
        OfTemplate(command, vm.Name, seen.Config.Template) ?? OfProtection(command, vm, seen.Config.Protected) ?? OfState(command, vm.Name, VmState.Of(seen));

    /// <summary>There is no way back from a template, so this alone holds whatever else is under way.</summary>
    public static JobError? OfTemplate(IOperatesVm command, string name, bool template) => template && !command.Action.Traits().SuitsTemplates
        ? new JobError { Code = JobErrorCodes.VmIsTemplate, Message = $"'{name}' is a template, which cannot do this; clone it." }
        : null;

    /// <summary>What has no base is linked to from a snapshot at most (PVE::Storage, the feature <c>clone</c>), and only some storages do that.</summary>
    /// <param name="full">Null: it is full unless the source is a template.</param>
    /// <param name="snapshot">The one to clone; null: the source as it is.</param>
    /// <param name="source">What is to be cloned.</param>
    public static JobError? OfClone(bool? full, string? snapshot, Vm source) => full == false && snapshot is null && !source.Template ? LinkedUnsupported : null;

    /// <summary>What a failed clone has left has its template's protection, which nobody asked for: it goes all the same.</summary>
    private static JobError? OfProtection(IOperatesVm command, Vm vm, bool isProtected) =>
        isProtected && command.Action == VmAction.Delete && vm.Status != VmStatus.Provisioning ? Protected : null;

    private static JobError? OfState(IOperatesVm command, string name, VmState state) => StateRules.For(command, state) is { Effect: StateEffect.Refuses } rule
        ? new JobError { Code = JobErrorCodes.StateNotReached, Message = $"{name} {rule.Text}" }
        : null;

    /// <summary>Also what Proxmox's own refusal means: <c>Linked clone feature is not supported for …</c>.</summary>
    public static JobError LinkedUnsupported { get; } = new()
    {
        Code = JobErrorCodes.LinkedCloneUnsupported,
        Message = "Only templates on a storage that supports it can be cloned as a linked clone. Make a full clone (full: true), or convert the VM to a template first.",
    };

    /// <summary>Also what Proxmox's own refusal means: <c>can't remove VM 100 - protection mode enabled</c>.</summary>
    public static JobError Protected { get; } = new()
    {
        Code = JobErrorCodes.VmProtected,
        Message = "The VM is protected against removal in Proxmox. Set its protection to false, then try again.",
    };
}
