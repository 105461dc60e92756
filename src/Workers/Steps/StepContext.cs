using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Clusters;

namespace MultiPanel.Workers.Steps;

/// <summary>What a step works with: its job, its cluster, its VM.</summary>
public sealed class StepContext(
    Job job, JobStep state, Cluster cluster, PveClient pve, RecentObservations recent, PanelDatabase database, TimeProvider clock)
{
    public Job Job { get; } = job;

    /// <summary>The step as it stands.</summary>
    public JobStep State { get; } = state;

    public Cluster Cluster { get; } = cluster;

    public PveClient Pve { get; } = pve;

    public PanelDatabase Database { get; } = database;

    /// <summary>UTC, when this try began.</summary>
    public DateTime Now { get; } = clock.GetUtcNow().UtcDateTime;

    public TimeProvider Clock => clock;

    /// <summary>An earlier try may have acted and its answer may be lost: look for its task before acting again.</summary>
    public bool MayHaveActed { get; init; }

    /// <summary>How long ago the step was tried first.</summary>
    public TimeSpan Age => Now - (State.StartedAt ?? Now);

    public T Command<T>() where T : class, IJobCommand => Command<T>(Job);

    public static T Command<T>(Job job) where T : class, IJobCommand => JsonSerializer.Deserialize<T>(job.Command, ContractJson.Options)!;

    /// <summary>The VM that the job is about; null: its row is gone.</summary>
    public async Task<Vm?> FindVmAsync(CancellationToken cancellation) => await FindVmAsync(Job.TargetId, cancellation);

    /// <exception cref="StepException">Its row is gone.</exception>
    public async Task<Vm> VmAsync(CancellationToken cancellation) => await FindVmAsync(cancellation)
        ?? throw new StepException(JobErrorCodes.VmNotFound, $"VM {Job.TargetName} is no longer in the panel.");

    public async Task<Vm?> FindVmAsync(int? id, CancellationToken cancellation)
    {
        await using var db = Database.OpenAll();
        return await db.Vms.AsNoTracking().SingleOrDefaultAsync(vm => vm.Id == id, cancellation);
    }

    /// <summary>Changes the VM's row.</summary>
    public async Task SaveVmAsync(int id, Action<Vm> change, CancellationToken cancellation)
    {
        await using var db = Database.OpenAll();
        if (await db.Vms.SingleOrDefaultAsync(vm => vm.Id == id, cancellation) is { } vm)
        {
            change(vm);
            await db.SaveChangesAsync(cancellation);
        }
    }

    /// <summary>As of a moment ago, for choosing a place: <see cref="RecentObservations"/>.</summary>
    public Task<T> RecentAsync<T>(string what, Func<PveClient, Task<T>> read) => recent.ReadAsync(Cluster.Id, what, () => read(Pve));

    /// <summary>The VM as of a moment ago.</summary>
    public Task<VmSight?> RecentlyAsync(Vm vm) => RecentAsync($"vm {vm.Id}", _ => ObserveAsync(vm, CancellationToken.None));

    /// <returns>Null: it is gone.</returns>
    /// <exception cref="PveException">It cannot be seen; the step is tried again.</exception>
    public async Task<VmSight?> ObserveAsync(Vm vm, CancellationToken cancellation) => vm.Vmid is not { } vmid
        ? null
        : await Pve.ObserveVmAsync(vmid, vm.Node, cancellation) switch
        {
            Sighting<VmSight>.Exists exists => exists.Value,
            Sighting<VmSight>.Unknown unknown => throw unknown.Why,
            _ => null,
        };
}
