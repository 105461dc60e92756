using System.Globalization;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Changes name, cores, memory, description, tags. Our own marker stays, and so do the panel's tags, another installation's too. What a running guest cannot take waits for its next start.</summary>
public sealed class ReconfigureVm : VmOperation
{
    public override VmAction Action => VmAction.Reconfigure;

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation)
    {
        var vm = step.Vm;
        await step.Pve.Qemu.ConfigureAsync(seen.Node, seen.Status.VmId, Settings(command.Changes!, vm.Id, vm.CreatedByJob, seen, step.Installation), ct: cancellation);
        return null;
    }

    private static Dictionary<string, string> Settings(VmChanges changes, int vm, Guid? madeBy, VmSight seen, string installation)
    {
        var ours = madeBy is { } job && Marker.IsOn(seen.Config, vm, job) ? job : (Guid?)null;
        var settings = new Dictionary<string, string?>
        {
            ["name"] = changes.Name,
            ["cores"] = changes.Cores?.ToString(CultureInfo.InvariantCulture),
            ["memory"] = changes.MemoryMb?.ToString(CultureInfo.InvariantCulture),
            ["onboot"] = changes.OnBoot is { } boot ? boot ? "1" : "0" : null,
            ["description"] = changes.Description is { } text && ours is { } maker ? Marker.Description(text, vm, maker, installation) : changes.Description,
            ["tags"] = changes.Tags is null ? null : string.Join(';', seen.Config.Tags.Where(PanelMarks.IsTag)
                .Concat(ours is { } owner ? Marker.Tags(vm, owner, installation) : []).Concat(changes.Tags).Distinct()),
        };
        return settings.Where(setting => setting.Value is not null).ToDictionary(setting => setting.Key, setting => setting.Value!);
    }
}
