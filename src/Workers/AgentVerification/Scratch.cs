using MultiPanel.Contracts.Jobs;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.AgentVerification;

/// <summary>The scratch VM of a verification.</summary>
internal static class Scratch
{
    /// <returns>Null: it is gone.</returns>
    /// <exception cref="StepException">What has its VMID is not it.</exception>
    public static async Task<VmSight?> SeeAsync(StepContext step, CancellationToken cancellation)
    {
        var vm = step.Vm;
        var seen = await step.ObserveAsync(vm, cancellation);
        return seen is null || Marker.IsOn(seen.Config, vm.Id, step.Job.Id)
            ? seen
            : throw new StepException(JobErrorCodes.NotOurs, $"VMID {vm.Vmid} does not carry this job's marker; what is there is left alone.");
    }
}
