using MassTransit;

namespace MultiPanel.Sagas.Tests.Scheduling;

/// <summary>A saga with a timeout.</summary>
public sealed class Oven : SagaStateMachineInstance, ISagaVersion
{
    public Guid CorrelationId { get; set; }
    public int Version { get; set; }
    public string CurrentState { get; set; } = "";
    public Guid? BurnToken { get; set; }
}

public sealed record LightOven(Guid Oven);

public sealed record EmptyOven(Guid Oven);

public sealed record BurnOven(Guid Oven);

public sealed class OvenStateMachine : MassTransitStateMachine<Oven>
{
    public static readonly TimeSpan Patience = TimeSpan.FromDays(2);

    // MassTransit adds the delay to the real time of day; the test's clock starts on this day.
    private static readonly DateTime Noon = new(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc);

    public OvenStateMachine()
    {
        InstanceState(oven => oven.CurrentState);
        Event(() => Lit, lit => lit.CorrelateById(context => context.Message.Oven));
        Event(() => Emptied, emptied => emptied.CorrelateById(context => context.Message.Oven));
        Schedule(() => Burn, oven => oven.BurnToken, burn => burn.Received = received => received.CorrelateById(context => context.Message.Oven));

        Initially(
            When(Lit)
                .Schedule(Burn, context => new BurnOven(context.Message.Oven), _ => Noon + Patience)
                .SendAsync(SchedulerHost.Inbox, context => Say(context, "lit"))
                .TransitionTo(Hot));

        During(Hot,
            When(Emptied)
                .Unschedule(Burn)
                .SendAsync(SchedulerHost.Inbox, context => Say(context, "emptied"))
                .TransitionTo(Cold),
            When(Burn.Received)
                .SendAsync(SchedulerHost.Inbox, context => Say(context, "burnt"))
                .TransitionTo(Cold));
    }

    public State Hot { get; } = null!;

    public State Cold { get; } = null!;

    public Event<LightOven> Lit { get; } = null!;

    public Event<EmptyOven> Emptied { get; } = null!;

    public Schedule<Oven, BurnOven> Burn { get; } = null!;

    private static Task<Reminder> Say(SagaConsumeContext<Oven> context, string what)
        => Task.FromResult(new Reminder($"{context.Saga.CorrelationId} {what}"));
}

public sealed class OvenDefinition : SagaDefinition<Oven>
{
    protected override void ConfigureSaga(
        IReceiveEndpointConfigurator endpointConfigurator, ISagaConfigurator<Oven> sagaConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.UseMessageRetry(retry =>
        {
            retry.Handle<ConcurrencyException>();
            retry.Immediate(20);
        });
        endpointConfigurator.UseInMemoryOutbox(context);
    }
}
