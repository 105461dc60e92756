using System.Collections.Concurrent;
using StackExchange.Redis;

namespace MultiPanel.Sagas.Persistence;

/// <summary>The connections that sagas were given by configuration string: one a string, closed with the host.</summary>
internal sealed class RedisConnections : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<IConnectionMultiplexer>> connections = new();

    public IConnectionMultiplexer Get(ConfigurationOptions options)
        => connections.GetOrAdd(
            options.ToString(includePassword: true),
            _ => new Lazy<IConnectionMultiplexer>(() => ConnectionMultiplexer.Connect(options))).Value;

    public void Dispose()
    {
        foreach (var connection in connections.Values.Where(connection => connection.IsValueCreated))
        {
            connection.Value.Dispose();
        }
    }
}
