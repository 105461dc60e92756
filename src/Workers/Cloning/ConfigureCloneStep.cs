using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Secrets;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Cloning;

/// <summary>Gives the clone its tags and the options that were asked for, and takes back what it must not have from its source. The call sets values, so it may be made again.</summary>
public sealed class ConfigureCloneStep(SecretBox secrets) : Step
{
    public override string Name => CloneVmSteps.Configure;

    /// <summary>Setting the same values again is cheaper than comparing them.</summary>
    public override Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation) => Task.FromResult<StepOutcome?>(null);

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation)
    {
        var command = step.Command<CloneVm>();
        var vm = step.Vm;
        var seen = await step.ObserveAsync(vm, cancellation)
            ?? throw new StepException(JobErrorCodes.VmNotFound, $"The clone (VMID {vm.Vmid}) has vanished from cluster {step.Cluster.Name}.");
        if (!Marker.IsOn(seen.Config, vm.Id, step.Job.Id))
        {
            throw new StepException(JobErrorCodes.NotOurs, $"VMID {vm.Vmid} does not carry this job's marker; it is left alone.");
        }

        var edit = Edit(command, vm.Id, step.Job.Id, seen.Config, step.Installation);
        await step.Pve.Qemu.ConfigureAsync(seen.Node, seen.Status.VmId, edit.Set, edit.Delete, ct: cancellation);
        if (command.CloudInit is not null)
        {
            await step.Pve.Qemu.RegenerateCloudInitAsync(seen.Node, seen.Status.VmId, cancellation);
        }

        var config = seen.Config.With(edit.Set, edit.Delete);
        await step.SaveVmAsync(row =>
        {
            row.Node = seen.Node;
            VmFacts.Take(row, config, [], step.Now);
            row.Status = VmStatus.Stopped;
            row.Disks = Grown(ConfiguredDisks.Sizes(config), command.Disk, command.DiskGb);
            row.DiskGb = VmDisk.Sum(row.Disks);
            row.Config = row.Config! with { Disks = [.. row.Config.Disks.Select(disk => disk with { SizeGb = row.Disks.Find(known => known.Slot == disk.Slot)?.Gb ?? disk.SizeGb })] };
            (row.SeenAt, row.ObservedAt) = (step.Now, step.Now);
        }, cancellation);
        return new StepOutcome.Done();
    }

    /// <summary>As they will be after the step that follows: the quotas count on it.</summary>
    private static List<VmDisk> Grown(List<VmDisk> disks, string? slot, int? gb) =>
        [.. disks.Select(disk => (slot is null ? disk.Grows == true : disk.Slot == slot) && gb > disk.Gb ? disk with { Gb = gb.Value } : disk)];

    private ConfigEdit Edit(CloneVm command, int vm, Guid job, QemuConfig config, string installation)
    {
        var edit = new ConfigEdit();
        edit.Put("tags", string.Join(';', Marker.Tags(vm, job, installation).Concat(command.Tags ?? []).Distinct()));
        // A template is often protected, and may start with its node: neither is meant for its clones.
        edit.Put("protection", config.Protected ? false : null);
        edit.Put("onboot", config.OnBoot ? false : null);
        edit.Put(command, config);
        edit.Put(command.CloudInit, secrets);
        edit.Put("agent", command.WaitForAgent && !config.AgentEnabled ? "enabled=1" : null);
        return edit;
    }
}
