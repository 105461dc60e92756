using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.TemplateRegistration;
using MultiPanel.Contracts.Templates;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Templates;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.TemplateRegistration;

/// <summary>Reads what a Proxmox template has and records it.</summary>
public sealed class InspectTemplateStep : Step
{
    public override string Name => RegisterTemplateSteps.Inspect;

    /// <summary>Recording the same again is harmless.</summary>
    public override Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation) => Task.FromResult<StepOutcome?>(null);

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation)
    {
        await using var db = step.Database.OpenAll();
        var template = await db.Templates.SingleOrDefaultAsync(t => t.Id == step.Job.TargetId, cancellation)
            ?? throw new StepException(JobErrorCodes.VmNotFound, "The registration was removed meanwhile.");
        var seen = await step.Pve.ObserveVmAsync(template.Vmid, ct: cancellation) switch
        {
            Sighting<VmSight>.Exists exists => exists.Value,
            Sighting<VmSight>.Unknown unknown => throw unknown.Why,
            _ => throw new StepException(JobErrorCodes.VmNotFound, $"Cluster {step.Cluster.Name} has no VM {template.Vmid}."),
        };
        var known = await db.Vms.SingleOrDefaultAsync(vm => vm.ClusterId == template.ClusterId && vm.Vmid == template.Vmid, cancellation);
        if (known is { CreatedByJob: not null } or { CompanyId: not null })
        {
            step.RequireSame(known, seen); // a row that nobody owns is that of whatever has its VMID
        }

        if (Marker.IsAnothers(seen.Config, step.Installation))
        {
            throw new StepException(
                JobErrorCodes.NotOurs,
                $"VM {template.Vmid} carries the marker of another panel, which manages it and may delete it. Register another template, or take the marker out of its description and tags in Proxmox.");
        }

        if (!seen.Config.Template)
        {
            throw new StepException(
                JobErrorCodes.NotATemplate,
                $"VM {template.Vmid} ({seen.Config.Name}) is no template. Convert it first: POST /api/vms/{{id}}/template.");
        }

        Take(template, seen, await Placement.IsSharedAsync(step, seen));
        template.SourceId = await SourceAsync(step, db, template, known, seen, cancellation);
        await db.SaveChangesAsync(cancellation);
        return new StepOutcome.Done($"{template.Name} on {seen.Node}, agent {(template.AgentEnabled ? "on" : "off")}");
    }

    private static void Take(Template template, VmSight seen, bool shared)
    {
        template.Name = template.Name == $"template-{template.Vmid}" ? seen.Config.Name ?? template.Name : template.Name;
        template.OsType = seen.Config.Raw.GetValueOrDefault("ostype");
        template.Cores = seen.Config.Cores * seen.Config.Sockets;
        template.MemoryMb = seen.Config.MemoryMb;
        template.Sockets = seen.Config.Sockets;
        template.Disks = ConfiguredDisks.Sizes(seen.Config);
        template.DiskGb = VmDisk.Sum(template.Disks);
        template.AgentEnabled = seen.Config.AgentEnabled;
        template.CloudInit = seen.Config.Disks.Values.Any(disk => disk.IsCloudInit);
        template.Shared = shared;
        template.Status = TemplateStatus.Ready;
    }

    private static async Task<int> SourceAsync(StepContext step, Data.PanelDb db, Template template, Vm? vm, VmSight seen, CancellationToken cancellation)
    {
        if (vm is null)
        {
            vm = new Vm { ClusterId = template.ClusterId, Vmid = template.Vmid, Name = seen.Config.Name ?? template.Name, CreatedAt = step.Now };
            db.Vms.Add(vm);
        }

        (vm.Node, vm.Template, vm.Status, vm.SeenAt, vm.Uuid) = (seen.Node, true, VmStatus.Stopped, step.Now, VmFacts.Uuid(seen.Config));
        (vm.Cores, vm.Sockets, vm.MemoryMb, vm.DiskGb, vm.Disks) = (template.Cores, template.Sockets, template.MemoryMb, template.DiskGb, template.Disks);
        await db.SaveChangesAsync(cancellation);
        return vm.Id;
    }
}
