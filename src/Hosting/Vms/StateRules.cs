using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;

namespace MultiPanel.Hosting.Vms;

/// <summary>
/// What a VM's state means for a command, as Proxmox VE 9.2 behaves. What is not here, Proxmox does, or says itself why not. The job goes by
/// it, and the accept by what of it is a refusal: <see cref="VmRefusals"/>.
/// </summary>
public static class StateRules
{
    private const string Discard = "Resume it to go on; to discard its saved memory, resume it and then stop it.";
    private const string ResetOrStop = "Reset it, or stop it and start it again.";

    /// <param name="command">The action and its options.</param>
    /// <param name="state">As the VM was seen.</param>
    public static StateRule For(OperateVm command, VmState state) => state switch
    {
        { IsHibernated: true } => OfHibernated(command),
        { IsBetween: true } => StateRule.Waits("It is going into hibernation or waking; waiting"),
        { Status: VmStatus.Paused } => OfStanding(command, state),
        _ => StateRule.Acts,
    };

    private static StateRule OfHibernated(OperateVm command) => command switch
    {
        { Action: VmAction.Start or VmAction.Resume or VmAction.Delete } => StateRule.Acts,
        { Action: VmAction.Stop or VmAction.Shutdown } => StateRule.Nothing($"It is hibernated: it does not run, and its memory stays saved. {Discard}"),
        { Action: VmAction.Suspend, ToDisk: true } => StateRule.Nothing("It is hibernated already"),
        _ => StateRule.Refuses($"is hibernated: its memory is saved on disk, and Proxmox keeps it as it is. {Discard}"),
    };

    /// <summary>QEMU is there, and the guest stands still: it can answer to nothing.</summary>
    private static StateRule OfStanding(OperateVm command, VmState state) => command switch
    {
        { Action: VmAction.Start or VmAction.Resume } when state.NeedsReset => StateRule.Refuses($"cannot go on ({state.Word}). {ResetOrStop}"),
        { Action: VmAction.Suspend, ToDisk: false } => StateRule.Nothing($"It stands still already ({state.Word})"),
        { Action: VmAction.Shutdown or VmAction.Reboot } when state.Word == "shutdown" => StateRule.Acts, // the guest is just through with it
        { Action: VmAction.Shutdown, Force: true } => StateRule.Acts,
        { Action: VmAction.Shutdown or VmAction.Reboot } => StateRule.Refuses(
            $"is {state.Word}, so its guest cannot react. {(state.NeedsReset ? ResetOrStop : $"{AdviceOn(state.Word)}Resume it first, or stop it.")}"),
        _ => StateRule.Acts,
    };

    private static string AdviceOn(string? word) => word == "io-error" ? "QEMU could not write to a disk, often because its storage is full: make room. " : "";
}

/// <summary>One cell of <see cref="StateRules"/>.</summary>
/// <param name="Text">Nothing to do, or to wait: the step's message. Refused: what follows the VM's name in the error, with the advice. Else null.</param>
public sealed record StateRule(StateEffect Effect, string? Text)
{
    public static StateRule Acts { get; } = new(StateEffect.Acts, null);

    public static StateRule Nothing(string text) => new(StateEffect.Nothing, text);

    public static StateRule Waits(string text) => new(StateEffect.Waits, text);

    public static StateRule Refuses(string text) => new(StateEffect.Refuses, text);
}

public enum StateEffect
{
    /// <summary>Proxmox does it.</summary>
    Acts,

    /// <summary>It is so already, or as good as so.</summary>
    Nothing,

    /// <summary>The state passes in a moment; what it will be decides.</summary>
    Waits,

    /// <summary>Proxmox refuses it, or would wait in vain.</summary>
    Refuses,
}
