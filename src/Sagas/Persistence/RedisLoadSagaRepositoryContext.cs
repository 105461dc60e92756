using MassTransit;
using MassTransit.Middleware;
using MassTransit.Saga;

namespace MultiPanel.Sagas.Persistence;

/// <summary>Reads a saga outside of a message.</summary>
internal sealed class RedisLoadSagaRepositoryContext<TSaga>(RedisSagaStore<TSaga> store, CancellationToken cancellationToken)
    : BasePipeContext(cancellationToken), LoadSagaRepositoryContext<TSaga>
    where TSaga : class, ISagaVersion
{
    // MassTransit's interface is older than nullable annotations: a missing saga is null.
    public async Task<TSaga> Load(Guid correlationId) => (await store.Load(correlationId).ConfigureAwait(false))!;
}
