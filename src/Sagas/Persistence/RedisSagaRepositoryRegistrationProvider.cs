using MassTransit;
using MassTransit.Configuration;

namespace MultiPanel.Sagas.Persistence;

internal sealed class RedisSagaRepositoryRegistrationProvider(Action<IRedisSagaRepositoryConfigurator> configure)
    : ISagaRepositoryRegistrationProvider
{
    void ISagaRepositoryRegistrationProvider.Configure<TSaga>(ISagaRegistrationConfigurator<TSaga> configurator)
    {
        if (!typeof(ISagaVersion).IsAssignableFrom(typeof(TSaga)))
        {
            return;
        }

        // RedisRepository asks for ISagaVersion, which the interface here cannot promise at compile time.
        var proxy = (IProxy)Activator.CreateInstance(typeof(Proxy<>).MakeGenericType(typeof(TSaga)), configurator)!;
        proxy.Configure(configure);
    }

    private interface IProxy
    {
        void Configure(Action<IRedisSagaRepositoryConfigurator> configure);
    }

    private sealed class Proxy<TSaga>(ISagaRegistrationConfigurator<TSaga> configurator) : IProxy
        where TSaga : class, ISagaVersion
    {
        public void Configure(Action<IRedisSagaRepositoryConfigurator> configure)
            => configurator.RedisRepository(repository => configure(repository));
    }
}
