using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MultiPanel.Hosting.Bus;
using MultiPanel.Sagas.Admission;
using MultiPanel.Sagas.Persistence;
using MultiPanel.Sagas.Scheduling;
using MultiPanel.Sagas.Workflows.AgentVerification;
using MultiPanel.Sagas.Workflows.Cloning;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Clusters;
using MultiPanel.Workers.Estimates;
using MultiPanel.Workers.Inventory;
using MultiPanel.Workers.Liveness;
using MultiPanel.Workers.Reconciling;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.VmOperations;
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
        services.AddSingleton<WorkerHeartbeat>();
        services.AddSingleton<JobStore>();
        services.AddSingleton<JobActivity>();
        services.AddSingleton<StepSlots>();
        services.AddSingleton<QueuePositions>();
        services.AddSingleton<ClusterConcurrency>();
        services.AddSingleton<ClusterOutages>();
        services.AddSingleton<RecentObservations>();
        services.AddSingleton<StepDurations>();
        services.AddSingleton<StepRecorder>();
        services.AddSingleton<StepRunner>();
        services.AddSingleton<OperationCatalog>();
        services.AddSingleton<WatchList>();
        services.AddSingleton<StepRepeat>();
        services.AddSingleton<TaskCompletion>();
        services.AddSingleton<ClusterWatchFactory>();
        services.AddTransient<TaskLogs>();
        services.AddAdmission();
        services.AddRedisMessageScheduler();
        services.AddHostedService<ShutdownReport>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkerHeartbeat>());
        services.AddHostedService<TaskWatcher>();
        services.AddHostedService<AdmissionMonitor>();
        services.AddHostedService<BacklogSender>();
        services.AddHostedService<JobReconciler>();
        services.AddHostedService<JobArchivist>();
        services.AddHostedService<JobPurge>();
        services.AddHostedService<InventorySync>();
        return services.AddPanelBus(rabbitMq, bus =>
        {
            // One that is gone starts anew from its job's row; one whose last message the broker lost goes by itself.
            bus.SetRedisSagaRepositoryProvider(redis => redis.Expiry = TimeSpan.FromDays(1));
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
