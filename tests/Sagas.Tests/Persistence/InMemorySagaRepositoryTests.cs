using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace MultiPanel.Sagas.Tests.Persistence;

/// <summary>MassTransit's own repository passes the same suite: it is the measure, and what the harness tests of workflows use.</summary>
public sealed class InMemorySagaRepositoryTests : SagaRepositoryConformance
{
    protected override void AddRepository(IServiceCollection services, ISagaRegistrationConfigurator<Tally> saga)
        => saga.InMemoryRepository();
}
