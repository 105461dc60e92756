using MassTransit;
using StackExchange.Redis;

namespace MultiPanel.Sagas.Persistence;

/// <summary>
/// Settings of the Redis saga repository. Names follow MassTransit.Redis, so that a later swap is one package line.
/// Without a connection setting the container's <see cref="IConnectionMultiplexer"/> is used.
/// </summary>
public interface IRedisSagaRepositoryConfigurator
{
    /// <summary>First part of every key; the saga's type and id follow. Default <c>mp:saga</c>.</summary>
    string KeyPrefix { set; }

    /// <summary>A saga that is not written for this long vanishes; null (the default) keeps it until it completes.</summary>
    TimeSpan? Expiry { set; }

    /// <summary>Connects with a configuration string of StackExchange.Redis; sagas with equal settings share the connection.</summary>
    void DatabaseConfiguration(string configuration);

    /// <inheritdoc cref="DatabaseConfiguration(string)"/>
    void DatabaseConfiguration(ConfigurationOptions configurationOptions);

    /// <summary>Supplies the connection; its owner disposes it.</summary>
    void ConnectionFactory(Func<IConnectionMultiplexer> connectionFactory);

    /// <inheritdoc cref="ConnectionFactory(Func{IConnectionMultiplexer})"/>
    void ConnectionFactory(Func<IServiceProvider, IConnectionMultiplexer> connectionFactory);

    /// <summary>Picks the database of a connection; by default the connection's own.</summary>
    void SelectDatabase(Func<IConnectionMultiplexer, IDatabase> databaseSelector);
}

/// <inheritdoc/>
public interface IRedisSagaRepositoryConfigurator<TSaga> : IRedisSagaRepositoryConfigurator
    where TSaga : class, ISagaVersion;
