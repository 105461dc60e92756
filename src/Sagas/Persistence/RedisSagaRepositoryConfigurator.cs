using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StackExchange.Redis;

namespace MultiPanel.Sagas.Persistence;

internal sealed class RedisSagaRepositoryConfigurator<TSaga> : IRedisSagaRepositoryConfigurator<TSaga>, ISpecification
    where TSaga : class, ISagaVersion
{
    private Func<IServiceProvider, IConnectionMultiplexer> connectionFactory
        = provider => provider.GetRequiredService<IConnectionMultiplexer>();

    private Func<IConnectionMultiplexer, IDatabase> databaseSelector = connection => connection.GetDatabase();

    public string KeyPrefix { get; set; } = "mp:saga";

    public TimeSpan? Expiry { get; set; }

    public void DatabaseConfiguration(string configuration)
        => DatabaseConfiguration(ConfigurationOptions.Parse(configuration));

    public void DatabaseConfiguration(ConfigurationOptions configurationOptions)
        => connectionFactory = provider => provider.GetRequiredService<RedisConnections>().Get(configurationOptions);

    public void ConnectionFactory(Func<IConnectionMultiplexer> connectionFactory)
        => this.connectionFactory = _ => connectionFactory();

    public void ConnectionFactory(Func<IServiceProvider, IConnectionMultiplexer> connectionFactory)
        => this.connectionFactory = connectionFactory;

    public void SelectDatabase(Func<IConnectionMultiplexer, IDatabase> databaseSelector)
        => this.databaseSelector = databaseSelector;

    public IEnumerable<ValidationResult> Validate()
    {
        if (string.IsNullOrWhiteSpace(KeyPrefix))
        {
            yield return this.Failure(nameof(KeyPrefix), "must not be empty");
        }

        if (Expiry is { } expiry && expiry <= TimeSpan.Zero)
        {
            yield return this.Failure(nameof(Expiry), "must be longer than nothing");
        }
    }

    public void Register(ISagaRepositoryRegistrationConfigurator<TSaga> services)
    {
        services.TryAddSingleton<RedisConnections>();
        services.AddSingleton(provider => new RedisSagaStore<TSaga>(
            databaseSelector(connectionFactory(provider)), KeyPrefix, Expiry));

        services.RegisterLoadSagaRepository<TSaga, RedisSagaRepositoryContextFactory<TSaga>>();
        services.RegisterSagaRepository<TSaga, RedisSagaStore<TSaga>,
            SagaConsumeContextFactory<RedisSagaStore<TSaga>, TSaga>, RedisSagaRepositoryContextFactory<TSaga>>();
    }
}
