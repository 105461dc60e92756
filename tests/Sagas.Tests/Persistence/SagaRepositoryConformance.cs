using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MultiPanel.Sagas.Tests.Persistence;

/// <summary>What a state machine may expect of every saga repository, through a real bus.</summary>
public abstract class SagaRepositoryConformance
{
    private ServiceProvider provider = null!;

    protected ITestHarness Harness { get; private set; } = null!;

    [SetUp]
    public async Task StartBus() => await Start();

    [TearDown]
    public async Task StopBus()
    {
        if (Harness is not null)
        {
            await Harness.Stop();
            await provider.DisposeAsync();
        }
    }

    [Test]
    public async Task The_first_event_creates_the_saga()
    {
        var id = NewId.NextGuid();

        await Ask(new OpenTally(id, "first"));

        var saga = await Load(id);
        Assert.That(saga, Is.Not.Null);
        Assert.That(saga!.Label, Is.EqualTo("first"));
        Assert.That(saga.CurrentState, Is.EqualTo("Open"));
    }

    [Test]
    public async Task A_first_event_delivered_twice_makes_one_saga()
    {
        var id = NewId.NextGuid();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Ask(new OpenTally(id, $"label {number}"))));

        Assert.That(answers.Select(answer => answer.Label).Distinct(), Is.EqualTo(new[] { (await Load(id))!.Label }));
    }

    [Test]
    public async Task Concurrent_events_lose_none()
    {
        var id = NewId.NextGuid();
        await Ask(new OpenTally(id, "busy"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Ask(new Count(id, 1))));

        Assert.That((await Load(id))!.Total, Is.EqualTo(60));
        Assert.That(answers.Select(answer => answer.Total), Is.EquivalentTo(Enumerable.Range(1, 60)), "each event saw the one before it");
    }

    [Test]
    public async Task An_event_for_a_missing_saga_is_answered_so_and_creates_nothing()
    {
        var id = NewId.NextGuid();

        var response = await Harness.GetRequestClient<Count>().GetResponse<TallyAnswer, NoSuchTally>(new Count(id, 1));

        Assert.That(response.Is<NoSuchTally>(out _), Is.True);
        Assert.That(await Load(id), Is.Null);
    }

    [Test]
    public async Task A_completed_saga_is_gone_and_can_begin_again()
    {
        var id = NewId.NextGuid();
        await Ask(new OpenTally(id, "one"));
        await Ask(new Count(id, 5));
        await Ask(new CloseTally(id));
        Assert.That(await Load(id), Is.Null);

        var again = await Ask(new OpenTally(id, "two"));

        Assert.That(again, Is.EqualTo(new TallyAnswer(id, 0, "two")));
    }

    [TestCase("")]
    [TestCase("\0\u0001\u001f\r\n\t")]
    [TestCase("\"quoted\" \\ 'single' {brace} [bracket] ${var} %s %d :*?")]
    [TestCase("中文 русский 😀 \u2028 e\u0301")]
    [TestCase("') redis.call('FLUSHALL') --")]
    public async Task Hostile_values_come_back_unchanged(string label)
    {
        var id = NewId.NextGuid();

        await Ask(new OpenTally(id, label));

        Assert.That((await Load(id))!.Label, Is.EqualTo(label));
    }

    protected abstract void AddRepository(IServiceCollection services, ISagaRegistrationConfigurator<Tally> saga);

    protected async Task Start()
    {
        provider = new ServiceCollection()
            .AddMassTransitTestHarness(bus =>
            {
                AddRepository(bus, bus.AddSagaStateMachine<TallyStateMachine, Tally, TallyDefinition>());
                bus.UsingInMemory((context, configurator) => configurator.ConfigureEndpoints(context));
            })
            .BuildServiceProvider(true);
        Harness = provider.GetRequiredService<ITestHarness>();
        await Harness.Start();
    }

    protected async Task<TallyAnswer> Ask<T>(T message)
        where T : class
        => (await Harness.GetRequestClient<T>().GetResponse<TallyAnswer>(message)).Message;

    protected Task<Tally?> Load(Guid id) => provider.GetRequiredService<ILoadSagaRepository<Tally>>().Load(id)!;
}
