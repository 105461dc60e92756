using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MultiPanel.Hosting.Bus;
using MultiPanel.Sagas;
using MultiPanel.Sagas.Admission;
using MultiPanel.Sagas.Scheduling;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Clusters;
using MultiPanel.Workers.Estimates;
using MultiPanel.Workers.Inventory;
using MultiPanel.Workers.Reconciling;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Watching;

namespace MultiPanel.Workers;

/// <summary>A worker host's services: the sagas, the steps, and what keeps watch. The stores are the host's to add.</summary>
public static class WorkerServices
{
    /// <param name="rabbitMq">Null: in memory.</param>
    public static IServiceCollection AddPanelWorkers(this IServiceCollection services, WorkerSettings settings, Uri? rabbitMq)
    {
        services.AddSingleton(settings);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(100)); // the unit allows 120
        services.AddSingleton<WorkerIdentity>();
        services.AddSingleton<WorkerPresence>();
        services.AddSingleton<JobLedger>();
        services.AddSingleton<DrivenJobs>();
        services.AddSingleton<SlotKeeper>();
        services.AddSingleton<WaitingLine>();
        services.AddSingleton<ClusterHands>();
        services.AddSingleton<ClusterOutages>();
        services.AddSingleton<RecentSights>();
        services.AddSingleton<StepDurations>();
        services.AddSingleton<StepOutcomes>();
        services.AddSingleton<StepRunner>();
        services.AddSingleton<VmOperations>();
        services.AddSingleton<WatchList>();
        services.AddSingleton<StepRedo>();
        services.AddSingleton<TaskEnds>();
        services.AddSingleton<ClusterWatchFactory>();
        services.AddTransient<TaskLogs>();
        services.AddAdmission();
        services.AddRedisMessageScheduler();
        services.AddHostedService<HandOver>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkerPresence>());
        services.AddHostedService<TaskWatcher>();
        services.AddHostedService<AdmissionWatch>();
        services.AddHostedService<JobFeeder>();
        services.AddHostedService<JobReconciler>();
        services.AddHostedService<JobArchivist>();
        services.AddHostedService<InventorySync>();
        return services.AddPanelBus(rabbitMq, bus =>
        {
            bus.SetRedisSagaRepositoryProvider(redis => redis.Expiry = TimeSpan.FromDays(30));
            bus.AddSagaStateMachines(typeof(CloneVmStateMachine).Assembly);
            bus.AddSagas(typeof(CloneVmStateMachine).Assembly);
            bus.AddConsumers(typeof(WorkerServices).Assembly);
        }, (context, factory) =>
        {
            factory.UseRedisMessageScheduler(context);
            factory.PrefetchCount = settings.Concurrency * 2;
            factory.ConcurrentMessageLimit = settings.Concurrency;
        });
    }
}
