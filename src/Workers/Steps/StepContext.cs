using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Clusters;

namespace MultiPanel.Workers.Steps;

/// <summary>What a step works with: its job, its cluster, its VM.</summary>
public sealed class StepContext(
    JobWork work, JobStep state, Cluster cluster, PveClient pve, RecentObservations recent, PanelDatabase database, TimeProvider clock)
{
    public Job Job => work.Job;

    /// <summary>The step as it stands.</summary>
    public JobStep State { get; } = state;

    public Cluster Cluster { get; } = cluster;

    public PveClient Pve { get; } = pve;

    public PanelDatabase Database { get; } = database;

    /// <summary>This panel's key, which the VMs that it makes carry.</summary>
    public required string Installation { get; init; }

    /// <summary>UTC, when this try began.</summary>
    public DateTime Now { get; } = clock.GetUtcNow().UtcDateTime;

    public TimeProvider Clock => clock;

    /// <summary>An earlier try may have acted and its answer may be lost: look for its task before acting again.</summary>
    public bool MayHaveActed { get; init; }

    /// <inheritdoc cref="JobWork.SharesTarget"/>
    public bool SharesTarget => work.SharesTarget;

    /// <summary>How long ago the step was tried first.</summary>
    public TimeSpan Age => Now - (State.StartedAt ?? Now);

    /// <summary>The VM that the job is about; null: its row is gone.</summary>
    public Vm? FoundVm => work.Vm;

    /// <inheritdoc cref="FoundVm"/>
    /// <exception cref="StepException">Its row is gone.</exception>
    public Vm Vm => work.Vm ?? throw new StepException(JobErrorCodes.VmNotFound, $"VM {Job.TargetName} is no longer in the panel.");

    /// <summary>What <see cref="Step.LookAsync"/> saw, for <see cref="Step.ActAsync"/> of the same try.</summary>
    public VmSight? Seen
    {
        get => work.Seen;
        set => work.Seen = value;
    }

    /// <summary>What the operation does in this case, for the step's message.</summary>
    public string? Note { get; set; }

    public T Command<T>() where T : class, IJobCommand => Command<T>(Job);

    public static T Command<T>(Job job) where T : class, IJobCommand => JsonSerializer.Deserialize<T>(job.Command, ContractJson.Options)!;

    /// <summary>Another VM than the job's own, as it was when this try first asked for it.</summary>
    public async Task<Vm?> FindVmAsync(int id, CancellationToken cancellation)
    {
        if (!work.OtherVms.TryGetValue(id, out var found))
        {
            await using var db = Database.OpenAll();
            work.OtherVms[id] = found = await db.Vms.AsNoTracking().SingleOrDefaultAsync(vm => vm.Id == id, cancellation);
        }

        return found;
    }

    /// <summary>Changes the row of the job's VM: writes the columns that change, and nothing if the row is gone.</summary>
    public async Task SaveVmAsync(Action<Vm> change, CancellationToken cancellation)
    {
        await using var db = Database.OpenAll();
        var row = db.Attach(Vm);
        change(Vm);
        try
        {
            if (!await db.UpdateAsync(Vm, cancellation))
            {
                work.Vm = null; // deleted meanwhile
            }
        }
        catch (DbException)
        {
            row.CurrentValues.SetValues(row.OriginalValues);
            throw;
        }
    }

    /// <summary>The row of the job's VM was deleted.</summary>
    public void ForgetVm() => work.Vm = null;

    /// <summary>As of a moment ago, for choosing a place: <see cref="RecentObservations"/>.</summary>
    /// <param name="what">What is read, the same text for the same.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="within">How old it may be; null: a second.</param>
    public Task<T> RecentAsync<T>(string what, Func<PveClient, Task<T>> read, TimeSpan? within = null) =>
        recent.ReadAsync(Cluster.Id, what, () => read(Pve), within);

    /// <summary>The VM as of a moment ago.</summary>
    public Task<VmSight?> RecentlyAsync(Vm vm) => RecentAsync($"vm {vm.Id}", _ => ObserveAsync(vm, CancellationToken.None));

    /// <returns>Null: it is gone.</returns>
    /// <exception cref="Proxmox.Errors.PveException">It cannot be seen; the step is tried again.</exception>
    public async Task<VmSight?> ObserveAsync(Vm vm, CancellationToken cancellation) =>
        vm.Vmid is { } vmid ? ValueOf(await Pve.ObserveVmAsync(vmid, vm.Node, cancellation)) : null;

    /// <summary>The configuration alone, with half the calls; the status is <see cref="Proxmox.Qemu.QemuStatus.Unasked"/>.</summary>
    /// <inheritdoc cref="ObserveAsync"/>
    public async Task<VmSight?> ObserveConfigAsync(Vm vm, CancellationToken cancellation) =>
        vm.Vmid is { } vmid ? ValueOf(await Pve.ObserveConfigAsync(vmid, vm.Node, cancellation)) : null;

    /// <summary>The status alone, with half the calls.</summary>
    /// <inheritdoc cref="ObserveAsync"/>
    public async Task<VmStatusSight?> ObserveStatusAsync(Vm vm, CancellationToken cancellation) =>
        vm.Vmid is { } vmid ? ValueOf(await Pve.ObserveStatusAsync(vmid, vm.Node, cancellation)) : null;

    private static T? ValueOf<T>(Sighting<T> sighting) where T : class => sighting switch
    {
        Sighting<T>.Exists exists => exists.Value,
        Sighting<T>.Unknown unknown => throw unknown.Why,
        _ => null,
    };
}
