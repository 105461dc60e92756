using MassTransit;

namespace MultiPanel.Sagas.Tests.Persistence;

public sealed class TallyStateMachine : MassTransitStateMachine<Tally>
{
    public TallyStateMachine()
    {
        InstanceState(tally => tally.CurrentState);
        Event(() => Opened, opened => opened.CorrelateById(context => context.Message.Id));
        Event(() => Counted, counted =>
        {
            counted.CorrelateById(context => context.Message.Id);
            counted.OnMissingInstance(missing => missing.ExecuteAsync(context => context.RespondAsync(new NoSuchTally(context.Message.Id))));
        });
        Event(() => Closed, closed => closed.CorrelateById(context => context.Message.Id));

        Initially(
            When(Opened)
                .Then(context => context.Saga.Label = context.Message.Label)
                .RespondAsync(Answer)
                .TransitionTo(Open));

        During(Open,
            When(Opened).RespondAsync(Answer),
            When(Counted).Then(context => context.Saga.Total += context.Message.Amount).RespondAsync(Answer),
            When(Closed).RespondAsync(Answer).Finalize());

        SetCompletedWhenFinalized();
    }

    public State Open { get; } = null!;

    public Event<OpenTally> Opened { get; } = null!;

    public Event<Count> Counted { get; } = null!;

    public Event<CloseTally> Closed { get; } = null!;

    private static Task<TallyAnswer> Answer<T>(BehaviorContext<Tally, T> context)
        where T : class
        => Task.FromResult(new TallyAnswer(context.Saga.CorrelationId, context.Saga.Total, context.Saga.Label));
}

public sealed class TallyDefinition : SagaDefinition<Tally>
{
    public TallyDefinition() => ConcurrentMessageLimit = 8;

    protected override void ConfigureSaga(
        IReceiveEndpointConfigurator endpointConfigurator, ISagaConfigurator<Tally> sagaConfigurator, IRegistrationContext context)
    {
        // Retry around, outbox inside: an event that lost the race runs again, and answers once.
        endpointConfigurator.UseMessageRetry(retry =>
        {
            retry.Handle<ConcurrencyException>();
            retry.Immediate(100);
        });
        endpointConfigurator.UseInMemoryOutbox(context);
    }
}
