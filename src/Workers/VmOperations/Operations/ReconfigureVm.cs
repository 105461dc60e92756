using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data.Secrets;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Changes name and options. Our own marker stays, and so do the panel's tags, another installation's too. What a running guest cannot take waits for its next start.</summary>
public sealed class ReconfigureVm(SecretBox secrets) : VmOperation
{
    public override VmAction Action => VmAction.Reconfigure;

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation)
    {
        var (vm, changes) = (step.Vm, command.Changes!);
        if (changes.CloudInit is not null && !seen.Config.HasCloudInit)
        {
            throw new StepException(JobErrorCodes.InvalidParameter, $"VM {vm.Name} (VMID {vm.Vmid}) has no cloud-init drive, so cloud_init would not reach it.");
        }

        if (((IGrowsVm)command).Wanted is { } wanted)
        {
            await GrowthGuard.ConfirmAsync(step, wanted, cancellation);
        }

        var edit = Edit(changes, vm.Id, vm.CreatedByJob, seen, step.Installation);
        edit.ForgetWhatIsSo(seen.Config);
        if (edit.IsEmpty)
        {
            step.Note = "Nothing to change: it is so already";
        }
        else
        {
            await step.Pve.Qemu.ConfigureAsync(seen.Node, seen.Status.VmId, edit.Set, edit.Delete, ct: cancellation);
        }

        if (changes.CloudInit is not null)
        {
            // Whatever is set already: the job that set it may not have come to the drive.
            await step.Pve.Qemu.RegenerateCloudInitAsync(seen.Node, seen.Status.VmId, cancellation);
        }

        return null;
    }

    private ConfigEdit Edit(VmChanges changes, int vm, Guid? madeBy, VmSight seen, string installation)
    {
        var ours = madeBy is { } job && Marker.IsOn(seen.Config, vm, job) ? job : (Guid?)null;
        var edit = new ConfigEdit();
        edit.Put("name", changes.Name);
        edit.Put("description", changes.Description is { } text && ours is { } maker ? Marker.Description(text, vm, maker, installation) : changes.Description);
        edit.Put("tags", changes.Tags is null ? null : string.Join(';', seen.Config.Tags.Where(PanelMarks.IsTag)
            .Concat(ours is { } owner ? Marker.Tags(vm, owner, installation) : []).Concat(changes.Tags).Distinct()));
        edit.Put(changes, seen.Config);
        edit.Put(changes.CloudInit, secrets);
        return edit;
    }
}
