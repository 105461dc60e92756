using MassTransit;

namespace MultiPanel.Sagas.Persistence;

/// <summary>Registers the Redis saga repository; the same calls as in MassTransit.Redis.</summary>
public static class RedisSagaRepositoryRegistrationExtensions
{
    /// <summary>Keeps this saga in Redis.</summary>
    public static ISagaRegistrationConfigurator<T> RedisRepository<T>(
        this ISagaRegistrationConfigurator<T> configurator,
        Action<IRedisSagaRepositoryConfigurator<T>>? configure = null)
        where T : class, ISagaVersion
    {
        var repository = new RedisSagaRepositoryConfigurator<T>();
        configure?.Invoke(repository);
        repository.Validate().ThrowIfContainsFailure("The Redis saga repository configuration is invalid:");

        configurator.Repository(repository.Register);
        return configurator;
    }

    /// <summary>Keeps this saga in the Redis that the configuration string names.</summary>
    public static ISagaRegistrationConfigurator<T> RedisRepository<T>(
        this ISagaRegistrationConfigurator<T> configurator,
        string configuration,
        Action<IRedisSagaRepositoryConfigurator<T>>? configure = null)
        where T : class, ISagaVersion
        => configurator.RedisRepository(repository =>
        {
            repository.DatabaseConfiguration(configuration);
            configure?.Invoke(repository);
        });

    /// <summary>Keeps in Redis every <see cref="ISagaVersion"/> saga that is added by type or by assembly scan.</summary>
    public static void SetRedisSagaRepositoryProvider(
        this IRegistrationConfigurator configurator,
        Action<IRedisSagaRepositoryConfigurator> configure)
        => configurator.SetSagaRepositoryProvider(new RedisSagaRepositoryRegistrationProvider(configure));

    /// <inheritdoc cref="SetRedisSagaRepositoryProvider(IRegistrationConfigurator, Action{IRedisSagaRepositoryConfigurator})"/>
    public static void SetRedisSagaRepositoryProvider(
        this IRegistrationConfigurator configurator,
        string configuration,
        Action<IRedisSagaRepositoryConfigurator>? configure = null)
        => configurator.SetRedisSagaRepositoryProvider(repository =>
        {
            repository.DatabaseConfiguration(configuration);
            configure?.Invoke(repository);
        });
}
