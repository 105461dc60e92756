using MassTransit;
using MassTransit.Context;
using MassTransit.Logging;
using MassTransit.Saga;

namespace MultiPanel.Sagas.Persistence;

/// <summary>What MassTransit does with one saga while it handles one message.</summary>
internal sealed class RedisSagaRepositoryContext<TSaga, TMessage>(
    RedisSagaStore<TSaga> store,
    ConsumeContext<TMessage> context,
    ISagaConsumeContextFactory<RedisSagaStore<TSaga>, TSaga> contexts)
    : ConsumeContextScope<TMessage>(context), SagaRepositoryContext<TSaga, TMessage>
    where TSaga : class, ISagaVersion
    where TMessage : class
{
    private readonly ConsumeContext<TMessage> consumeContext = context;

    public Task<SagaConsumeContext<TSaga, TMessage>> Add(TSaga instance)
        => CreateSagaConsumeContext(consumeContext, instance, SagaConsumeContextMode.Add);

    /// <summary>Null if the saga exists: MassTransit loads that one then. An unreachable Redis is an exception, not a saga that exists.</summary>
    public async Task<SagaConsumeContext<TSaga, TMessage>> Insert(TSaga instance)
    {
        if (!await store.TryInsert(instance).ConfigureAwait(false))
        {
            return null!;
        }

        consumeContext.LogInsert<TSaga, TMessage>(instance.CorrelationId);
        return await CreateSagaConsumeContext(consumeContext, instance, SagaConsumeContextMode.Insert).ConfigureAwait(false);
    }

    public async Task<SagaConsumeContext<TSaga, TMessage>> Load(Guid correlationId)
    {
        var instance = await store.Load(correlationId).ConfigureAwait(false);
        return instance is null
            ? null!
            : await CreateSagaConsumeContext(consumeContext, instance, SagaConsumeContextMode.Load).ConfigureAwait(false);
    }

    public Task Save(SagaConsumeContext<TSaga> context) => store.Insert(context.Saga);

    public Task Update(SagaConsumeContext<TSaga> context) => store.Update(context.Saga);

    public Task Delete(SagaConsumeContext<TSaga> context) => store.Delete(context.Saga);

    public Task Discard(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task Undo(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task<SagaConsumeContext<TSaga, T>> CreateSagaConsumeContext<T>(
        ConsumeContext<T> consumeContext, TSaga instance, SagaConsumeContextMode mode)
        where T : class
        => contexts.CreateSagaConsumeContext(store, consumeContext, instance, mode);
}
