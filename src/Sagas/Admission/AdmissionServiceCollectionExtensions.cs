using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MultiPanel.Sagas.Admission;

/// <summary>Registers admission.</summary>
public static class AdmissionServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IAdmission"/> on the container's <see cref="StackExchange.Redis.IConnectionMultiplexer"/>.</summary>
    public static IServiceCollection AddAdmission(this IServiceCollection services, Action<AdmissionOptions>? configure = null)
    {
        services.AddOptions<AdmissionOptions>().Configure(options => configure?.Invoke(options));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IAdmission, RedisAdmission>();
        return services;
    }
}
