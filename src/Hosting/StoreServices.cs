using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Data;
using MultiPanel.Data.Installations;
using MultiPanel.Hosting.Clusters;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Hosting.Mails;
using MultiPanel.Hosting.Settings;
using MultiPanel.Hosting.Vms;
using MultiPanel.Progress;
using StackExchange.Redis;

namespace MultiPanel.Hosting;

/// <summary>What both hosts stand on: database, Redis, secrets, clients of the clusters, jobs, mails.</summary>
public static class StoreServices
{
    public static IServiceCollection AddStores(this IServiceCollection services, StoreSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new PanelDatabase(settings.Database));
        services.AddSingleton(settings.Secrets);
        services.AddSingleton<IConnectionMultiplexer>(_ => Connect(settings.Redis));
        services.AddSingleton<IJobSource, DatabaseJobSource>();
        services.AddSingleton<JobProgress>();
        services.AddSingleton<JobReader>();
        services.AddSingleton<AdmissionBoard>();
        services.AddSingleton<SharedClock>();
        services.AddSingleton<JobActivity>();
        services.AddSingleton<ClusterKeys>();
        services.AddSingleton<ClusterClients>();
        services.AddSingleton<ClusterRows>();
        services.AddSingleton<AgentQuestions>();
        services.AddSingleton<InstallationKey>();
        services.AddSingleton<MessageSender>();
        services.AddSingleton<SendAllowance>();
        services.AddSingleton<CommandOutbox>();
        services.AddHostedService(provider => provider.GetRequiredService<CommandOutbox>());
        services.AddSingleton<MailOutbox>();
        services.AddSingleton<MailWriter>();
        services.AddSingleton<MailSender>();
        services.AddHostedService(provider => provider.GetRequiredService<MailSender>());
        return services;
    }

    /// <summary>On the process's thread pool: the library's own threads wake each other for each answer, a fifth of a busy worker's CPU.</summary>
    private static ConnectionMultiplexer Connect(ConfigurationOptions redis)
    {
        var options = redis.Clone();
        options.SocketManager = SocketManager.ThreadPool;
        return ConnectionMultiplexer.Connect(options);
    }
}
