using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Cloning;

/// <summary>
/// Waits, within bounds, for the guest agent and an address. Unless the command asks for it, a silent guest is no failure:
/// the VM is there and runs.
/// </summary>
public sealed class ProbeAgentStep(AgentQuestions agents) : Step
{
    /// <summary>A silent agent holds one of Proxmox's few workers for 3 s, so of a node's one is asked at a time, and seldom is often enough.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Asked = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Unasked = TimeSpan.FromMinutes(1);

    /// <summary>How long an agent that answers may be without an address (DHCP) before it is taken as it is.</summary>
    private static readonly TimeSpan ForAddress = TimeSpan.FromSeconds(45);

    public override string Name => CloneVmSteps.Agent;

    public override Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation) => Task.FromResult<StepOutcome?>(
        step.Command<CloneVm>().Start ? null : new StepOutcome.Skipped("The VM was not to be started"));

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation)
    {
        var vm = step.Vm;
        await step.SaveVmAsync(row => (row.Status, row.ObservedAt) = (VmStatus.Running, step.Now), cancellation);
        var answer = await agents.AskAsync(step.Pve, vm.ClusterId, vm.Node!, vm.Vmid!.Value, vm.Config?.Nics ?? [], waits: false, cancellation);
        if (answer.Network is { } network)
        {
            return await TakeAsync(step, network, cancellation);
        }

        return answer.Silent switch
        {
            null when step.Age < 2 * Limit(step) => new StepOutcome.Later(Pause, $"Waiting for the guest agent; another VM's agent on {vm.Node} is being asked"),
            null => Silent(step, vm, $"the agents of other VMs on {vm.Node} were being asked"),
            PveAgentException { Problem: AgentProblem.NotConfigured } when !step.Command<CloneVm>().WaitForAgent => new StepOutcome.Skipped("The VM has no guest agent configured"),
            PveAgentException or PveAnswerException => Silent(step, vm, answer.Silent.Text),
            var failure => throw failure,
        };
    }

    private static async Task<StepOutcome> TakeAsync(StepContext step, GuestNetwork network, CancellationToken cancellation)
    {
        var addresses = GuestNetworks.Addresses(network);
        if (addresses.Count == 0 && step.Age < ForAddress)
        {
            return new StepOutcome.Later(Pause, "The guest agent answers; waiting for an address");
        }

        var seen = await step.ObserveConfigAsync(step.Vm, cancellation)
            ?? throw new StepException(JobErrorCodes.VmNotFound, $"The clone (VMID {step.Vm.Vmid}) has vanished from cluster {step.Cluster.Name}.");
        step.RequireSame(step.Vm, seen);
        await step.SaveVmAsync(row => (row.Guest, row.Addresses) = (network, addresses), cancellation);
        return new StepOutcome.Done(addresses.Count == 0 ? "The guest agent answers; the guest has no address" : $"The guest has {string.Join(", ", addresses)}");
    }

    private static TimeSpan Limit(StepContext step) => step.Command<CloneVm>().WaitForAgent ? Asked : Unasked;

    private static StepOutcome Silent(StepContext step, Vm vm, string detail)
    {
        var asked = step.Command<CloneVm>().WaitForAgent;
        if (step.Age < Limit(step))
        {
            return new StepOutcome.Later(Pause, "Waiting for the guest agent");
        }

        return asked
            ? new StepOutcome.Failed(new JobError
            {
                Code = JobErrorCodes.AgentSilent,
                Message = $"The guest agent of {vm.Name} did not answer within {Asked.TotalMinutes:0} minutes. Is it installed in the template, and does the guest boot?",
                Detail = detail,
            })
            : new StepOutcome.Skipped($"The guest agent did not answer within {Unasked.TotalSeconds:0} s; the VM runs");
    }
}
