using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.AgentVerification;

/// <summary>Powers the scratch VM off: nothing in it is worth a shutdown.</summary>
public sealed class StopScratchStep() : ScratchTaskStep(AdmissionClass.Power, "qmstop")
{
    public override string Name => VerifyAgentSteps.Stop;

    protected override bool IsDone(VmSight seen) => !seen.Status.IsRunning;

    protected override Task<Upid> StartAsync(StepContext step, VmSight seen, CancellationToken cancellation) =>
        step.Pve.Qemu.StopAsync(seen.Node, seen.Status.VmId, ct: cancellation);
}
