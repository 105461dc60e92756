using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Hosting.Bus;
using MultiPanel.Sagas.Admission;
using MultiPanel.Sagas.Persistence;
using MultiPanel.Sagas.Scheduling;
using MultiPanel.Sagas.Workflows;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Cloning;
using MultiPanel.Workers.Clusters;
using MultiPanel.Workers.Ending;
using MultiPanel.Workers.Estimates;
using MultiPanel.Workers.Guests;
using MultiPanel.Workers.Inventory;
using MultiPanel.Workers.Liveness;
using MultiPanel.Workers.Reconciling;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.VmOperations;
using MultiPanel.Workers.WatchedTasks;
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
        services.AddSingleton<StepSlots>();
        services.AddSingleton<QueuePositions>();
        services.AddSingleton<ClusterConcurrency>();
        services.AddSingleton<ClusterOutages>();
        services.AddSingleton<RecentObservations>();
        services.AddSingleton<StepDurations>();
        services.AddSingleton<JobEnding>();
        services.AddSingleton<StepRecorder>();
        services.AddSingleton<StepFollowUp>();
        services.AddSingleton<StepContextFactory>();
        services.AddSingleton<StepFailures>();
        services.AddSingleton<SlotGate>();
        services.AddSingleton<StepRunner>();
        services.AddSingleton<VmidAllocator>();
        services.AddSteps();
        services.AddSingleton<OperationCatalog>();
        services.AddSingleton<WatchList>();
        services.AddSingleton<TaskCompletion>();
        services.AddTransient<TaskLogReader>();
        services.AddAdmission();
        services.AddRedisMessageScheduler();
        services.AddHostedService<ShutdownReport>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkerHeartbeat>());
        services.AddHostedService<TaskWatcher>();
        services.AddHostedService<AdmissionMonitor>();
        services.AddHostedService<BacklogSender>();
        services.AddHostedService<JobReconciler>();
        services.AddHostedService<SlotReconciler>();
        services.AddHostedService<UndoReconciler>();
        services.AddHostedService<JobPurge>();
        services.AddHostedService<InventorySync>();
        services.AddSingleton<GuestLook>();
        services.AddHostedService<GuestWatch>();
        return services.AddPanelBus(rabbitMq, bus =>
        {
            // A saga that is gone starts again from its job's row; one whose last message the broker lost expires.
            bus.SetRedisSagaRepositoryProvider(redis => redis.Expiry = TimeSpan.FromDays(1));
            bus.AddSagaStateMachines(typeof(JobState).Assembly);
            bus.AddSagas(typeof(JobState).Assembly);
            bus.AddConsumers(typeof(WorkerServices).Assembly);
            bus.SetKebabCaseEndpointNameFormatter(); // a consumer's queue bears the name of its command
            bus.AddConfigureEndpointsCallback(ConfigureQueue);
        }, (context, factory) =>
        {
            factory.UseRedisMessageScheduler(context);
            factory.PrefetchCount = settings.Concurrency * 2;
            factory.ConcurrentMessageLimit = settings.Concurrency;
        });
    }

    /// <summary>Steps keep no state: one of each serves all jobs.</summary>
    private static void AddSteps(this IServiceCollection services)
    {
        var types = typeof(Step).Assembly.GetTypes().Where(type => !type.IsAbstract).ToList();
        foreach (var step in types.Where(type => type.IsAssignableTo(typeof(Step))))
        {
            services.AddSingleton(step);
        }

        foreach (var sequence in types.Where(type => type.IsAssignableTo(typeof(StepSequence))))
        {
            services.AddSingleton(sequence);
            services.AddSingleton(provider => (StepSequence)provider.GetRequiredService(sequence));
        }

        services.AddSingleton<SequenceCatalog>();
    }

    /// <summary>
    /// How a queue is run. A message that fails because a store is unreachable is not kept: the job's row is, and the reconciler sends
    /// its command again.
    /// </summary>
    private static void ConfigureQueue(IRegistrationContext context, string queue, IReceiveEndpointConfigurator endpoint)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.DiscardFaultedMessages();
        if (WorkflowCatalog.All.All(workflow => workflow.Queue != queue))
        {
            endpoint.UseMessageRetry(retry => retry.Intervals(50, 200, 1000));
        }
    }
}
