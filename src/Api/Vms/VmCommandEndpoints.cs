using MultiPanel.Api.Http;
using MultiPanel.Api.Idempotency;
using MultiPanel.Contracts.Bulk;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Secrets;
using AcceptedJob = Microsoft.AspNetCore.Http.HttpResults.Accepted<MultiPanel.Contracts.Http.Envelope<MultiPanel.Contracts.Jobs.JobAccepted>>;

namespace MultiPanel.Api.Vms;

/// <summary>Every command for VMs: checked, accepted, answered with a job.</summary>
internal static class VmCommandEndpoints
{
    public static void MapVmCommands(this RouteGroupBuilder vms)
    {
        vms.Refuses(404, 409, 413, 415).AcceptOnce();
        vms.MapPost("", Create).WithSummary("Make a VM from a registered template");
        vms.MapPost("/{id:int}/clone", Clone).WithSummary("Clone a VM or template");
        vms.MapPost("/bulk", Bulk).WithSummary("The same for up to 1,000 VMs: start, shutdown, stop, reboot, reset, suspend, resume or delete");
        MapAction(vms, "start", VmAction.Start, "Power on");
        MapAction(vms, "stop", VmAction.Stop, "Power off at once");
        MapAction(vms, "reset", VmAction.Reset, "Reset");
        MapAction(vms, "resume", VmAction.Resume, "Resume");
        MapAction(vms, "template", VmAction.Template, "Convert to a template");
        vms.MapPost("/{id:int}/shutdown", Shutdown).WithSummary("Ask the guest to shut down");
        vms.MapPost("/{id:int}/reboot", Reboot).WithSummary("Ask the guest to reboot");
        vms.MapPost("/{id:int}/suspend", Suspend).WithSummary("Suspend to memory or disk");
        vms.MapPost("/{id:int}/migrate", Migrate).WithSummary("Move to another node");
        vms.MapPost("/{id:int}/resize", Resize).WithSummary("Grow a disk");
        vms.MapPatch("/{id:int}", Change).WithSummary("Change name, CPUs, memory, network cards, cloud-init, description, tags, protection, start with the node");
        vms.MapDelete("/{id:int}", Delete).WithSummary("Delete, with its disks");
        vms.MapPost("/{id:int}/snapshots", Snapshot).WithSummary("Take a snapshot");
        vms.MapPost("/{id:int}/snapshots/{name}/rollback", Rollback).WithSummary("Roll back to a snapshot");
        vms.MapDelete("/{id:int}/snapshots/{name}", DeleteSnapshot).WithSummary("Delete a snapshot");
    }

    private static void MapAction(RouteGroupBuilder vms, string path, VmAction action, string summary) => vms
        .MapPost($"/{{id:int}}/{path}", (int id, VmCommands commands, CancellationToken cancellation) => commands.OperateAsync(id, action, cancellation))
        .WithSummary(summary);

    private static Task<AcceptedJob> Create(Body<CreateVmRequest> body, VmCreation creation, CancellationToken cancellation) =>
        creation.CreateAsync(body.Checked(VmRules.Create), cancellation);

    private static Task<AcceptedJob> Clone(int id, Body<CloneVmRequest> body, VmCreation creation, CancellationToken cancellation) =>
        creation.CloneAsync(id, body.Checked(VmRules.Clone), cancellation);

    private static Task<AcceptedJob> Bulk(Body<BulkRequest> body, VmBulk bulk, CancellationToken cancellation) =>
        bulk.AcceptAsync(body.Checked(VmBulk.Check), cancellation);

    private static Task<AcceptedJob> Shutdown(int id, Body<ShutdownRequest> body, VmCommands commands, CancellationToken cancellation)
    {
        var request = body.Checked(VmRules.Shutdown);
        return commands.OperateAsync(
            id, VmAction.Shutdown, cancellation, command => command with
            {
                TimeoutSeconds = request.ForceAfterSeconds ?? request.TimeoutSeconds,
                Force = request.Force || request.ForceAfterSeconds is not null,
            });
    }

    private static Task<AcceptedJob> Reboot(int id, Body<ShutdownRequest> body, VmCommands commands, CancellationToken cancellation)
    {
        var request = body.Checked(VmRules.Reboot);
        return commands.OperateAsync(id, VmAction.Reboot, cancellation, command => command with { TimeoutSeconds = request.TimeoutSeconds });
    }

    private static Task<AcceptedJob> Suspend(int id, Body<SuspendRequest> body, VmCommands commands, CancellationToken cancellation)
    {
        var request = body.Checked();
        return commands.OperateAsync(id, VmAction.Suspend, cancellation, command => command with { ToDisk = request.ToDisk });
    }

    private static Task<AcceptedJob> Migrate(int id, Body<MigrateRequest> body, VmCommands commands, CancellationToken cancellation)
    {
        var request = body.Checked(VmRules.Migrate);
        return commands.OperateAsync(
            id,
            VmAction.Migrate,
            cancellation,
            command => command with { Node = request.Node, TargetStorage = request.TargetStorage },
            (vm, rules) => rules.That(request.Node != vm.Node, "node", $"must be another one: '{vm.Name}' is on {vm.Node}"));
    }

    private static Task<AcceptedJob> Resize(int id, Body<ResizeRequest> body, VmCommands commands, CancellationToken cancellation)
    {
        var request = body.Checked(VmRules.Resize);
        return commands.OperateAsync(
            id,
            VmAction.Resize,
            cancellation,
            command => command with { Disk = request.Disk, DiskGb = request.DiskGb },
            (vm, rules) => DiskRules.Grows(vm.Disks, request.Disk, request.DiskGb, $"'{vm.Name}'", rules));
    }

    private static Task<AcceptedJob> Change(int id, Body<VmChanges> body, VmCommands commands, SecretBox secrets, CancellationToken cancellation)
    {
        var changes = body.Checked(VmRules.Change);
        return changes == new VmChanges()
            ? throw new ProblemException(400, "nothing_to_change", "Name at least one field to change.")
            : commands.OperateAsync(
                id,
                VmAction.Reconfigure,
                cancellation,
                command => command with { Changes = changes with { CloudInit = secrets.Seal(changes.CloudInit) } },
                (vm, rules) =>
                {
                    VmOptionRules.Fits(changes, vm.MemoryMb, rules);
                    rules.That(changes.CloudInit is null || vm.Config?.CloudInitDrive != false, "cloud_init", $"cannot be given: '{vm.Name}' has no cloud-init drive");
                });
    }

    private static Task<AcceptedJob> Delete(int id, VmCommands commands, CancellationToken cancellation) =>
        commands.OperateAsync(id, VmAction.Delete, cancellation);

    private static Task<AcceptedJob> Snapshot(int id, Body<SnapshotRequest> body, VmCommands commands, CancellationToken cancellation)
    {
        var request = body.Checked(VmRules.Snapshot);
        return commands.OperateAsync(
            id,
            VmAction.Snapshot,
            cancellation,
            command => command with { Snapshot = request.Name, Description = request.Description, WithMemory = request.WithMemory });
    }

    private static Task<AcceptedJob> Rollback(int id, string name, VmCommands commands, CancellationToken cancellation) =>
        OnSnapshot(id, name, VmAction.Rollback, commands, cancellation);

    private static Task<AcceptedJob> DeleteSnapshot(int id, string name, VmCommands commands, CancellationToken cancellation) =>
        OnSnapshot(id, name, VmAction.DeleteSnapshot, commands, cancellation);

    private static Task<AcceptedJob> OnSnapshot(int id, string name, VmAction action, VmCommands commands, CancellationToken cancellation)
    {
        Query.Checked(rules =>
        {
            VmRules.SnapshotName("name", name, rules);
            return name;
        });
        return commands.OperateAsync(id, action, cancellation, command => command with { Snapshot = name });
    }
}
