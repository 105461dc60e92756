using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;
using StackExchange.Redis;

namespace MultiPanel.Sagas.Persistence;

/// <summary>One saga type in Redis: a hash a saga, of its version and its JSON. Every write is one script that compares the version.</summary>
internal sealed class RedisSagaStore<TSaga>(IDatabase database, string keyPrefix, TimeSpan? expiry)
    where TSaga : class, ISagaVersion
{
    // MassTransit's own converters, without the indentation that a reader of messages likes and a store pays for.
    private static readonly JsonSerializerOptions Json = new(SystemTextJsonMessageSerializer.Options) { WriteIndented = false };

    private readonly long expiryMilliseconds = (long)(expiry?.TotalMilliseconds ?? 0);

    public async Task<TSaga?> Load(Guid correlationId)
    {
        var body = await database.HashGetAsync(Key(correlationId), SagaScripts.BodyField).ConfigureAwait(false);
        return body.IsNull ? null : JsonSerializer.Deserialize<TSaga>((string)body!, Json);
    }

    /// <summary>Creates the saga; false if it exists.</summary>
    public async Task<bool> TryInsert(TSaga instance)
    {
        var result = await SagaScripts.Insert.With([Key(instance.CorrelationId)], [instance.Version, JsonSerializer.Serialize(instance, Json), expiryMilliseconds]).RunAsync(database).ConfigureAwait(false);
        return (int)result == 1;
    }

    /// <summary>Creates the saga.</summary>
    /// <exception cref="ConcurrencyException">It exists: another event created it first.</exception>
    public async Task Insert(TSaga instance)
    {
        if (!await TryInsert(instance).ConfigureAwait(false))
        {
            throw Conflict(instance, "was created by another event meanwhile");
        }
    }

    /// <summary>Replaces the saga and raises its version by one.</summary>
    /// <exception cref="ConcurrencyException">Another event changed or completed it meanwhile.</exception>
    public async Task Update(TSaga instance)
    {
        var read = instance.Version;
        instance.Version = read + 1;
        var result = await SagaScripts.Update.With([Key(instance.CorrelationId)], [read, instance.Version, JsonSerializer.Serialize(instance, Json), expiryMilliseconds]).RunAsync(database).ConfigureAwait(false);
        ThrowUnlessWritten((int)result, instance, read);
    }

    /// <summary>Deletes the saga.</summary>
    /// <exception cref="ConcurrencyException">Another event changed or completed it meanwhile.</exception>
    public async Task Delete(TSaga instance)
    {
        var result = await SagaScripts.Delete.With([Key(instance.CorrelationId)], [instance.Version]).RunAsync(database).ConfigureAwait(false);
        ThrowUnlessWritten((int)result, instance, instance.Version);
    }

    private RedisKey Key(Guid correlationId) => $"{keyPrefix}:{typeof(TSaga).FullName}:{correlationId:D}";

    private static void ThrowUnlessWritten(int result, TSaga instance, int readVersion)
    {
        if (result != 1)
        {
            throw Conflict(instance, result == 0 ? $"is no longer at version {readVersion}" : "was deleted meanwhile");
        }
    }

    private static ConcurrencyException Conflict(TSaga instance, string what)
        => new($"The saga {what}.", typeof(TSaga), instance.CorrelationId);
}
