using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Cloning;

/// <summary>
/// Waits, within bounds, for the guest agent and an address. Unless the command asks for it, a silent guest is no failure:
/// the VM is there and runs.
/// </summary>
public sealed class ProbeAgentStep : Step
{
    /// <summary>A probe of a silent agent holds one of Proxmox's few workers for 3 s: seldom is often enough.</summary>
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
        try
        {
            if (!await step.Pve.Agent.PingAsync(vm.Node!, vm.Vmid!.Value, cancellation))
            {
                return Silent(step, vm, "QEMU guest agent is not running");
            }

            var network = GuestNetworks.Read(
                await step.Pve.Agent.NetworkInterfacesAsync(vm.Node!, vm.Vmid.Value, cancellation), vm.Config?.Nics ?? [], step.Now);
            var addresses = GuestNetworks.Addresses(network);
            if (addresses.Count == 0 && step.Age < ForAddress)
            {
                return new StepOutcome.Later(Pause, "The guest agent answers; waiting for an address");
            }

            await step.SaveVmAsync(row => (row.Guest, row.Addresses) = (network, addresses), cancellation);
            return new StepOutcome.Done(addresses.Count == 0 ? "The guest agent answers; the guest has no address" : $"The guest has {string.Join(", ", addresses)}");
        }
        catch (PveAgentException none) when (none.Problem == AgentProblem.NotConfigured && !step.Command<CloneVm>().WaitForAgent)
        {
            return new StepOutcome.Skipped("The VM has no guest agent configured");
        }
        catch (PveAgentException silent)
        {
            return Silent(step, vm, silent.Text);
        }
    }

    private static StepOutcome Silent(StepContext step, Vm vm, string detail)
    {
        var asked = step.Command<CloneVm>().WaitForAgent;
        if (step.Age < (asked ? Asked : Unasked))
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
