using MassTransit;
using MultiPanel.Sagas.Persistence;
using MultiPanel.Sagas.Tests.Persistence;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Sagas.Tests.Scheduling;

/// <summary>MassTransit's own <c>Schedule</c> and <c>Unschedule</c>, with saga and timeout both in Redis.</summary>
public sealed class ScheduleInStateMachineTests(RedisKind kind) : RedisSuite(kind)
{
    private ManualTime time = null!;
    private SchedulerHost host = null!;

    [SetUp]
    public async Task StartHost()
    {
        time = new ManualTime();
        host = await SchedulerHost.Start(Redis, KeyPrefix, time, bus => bus
            .AddSagaStateMachine<OvenStateMachine, Oven, OvenDefinition>()
            .RedisRepository(repository => repository.KeyPrefix = KeyPrefix));
    }

    [TearDown]
    public async Task StopHost() => await host.DisposeAsync();

    [Test]
    public async Task A_timeout_reaches_its_saga()
    {
        var oven = await Light();

        time.Advance(OvenStateMachine.Patience);
        host.Dispatcher.Wake();

        Assert.That((await host.Next()).Reminder.Text, Is.EqualTo($"{oven} burnt"));
    }

    [Test]
    public async Task An_unscheduled_timeout_does_not()
    {
        var emptied = await Light();
        var forgotten = await Light();
        await Publish(new EmptyOven(emptied));
        Assert.That((await host.Next()).Reminder.Text, Is.EqualTo($"{emptied} emptied"));

        time.Advance(OvenStateMachine.Patience);
        host.Dispatcher.Wake();

        Assert.That((await host.Next()).Reminder.Text, Is.EqualTo($"{forgotten} burnt"));
        await host.DisposeAsync();
        Assert.That(host.Rest(), Is.Empty);
    }

    private async Task<Guid> Light()
    {
        var oven = NewId.NextGuid();
        await Publish(new LightOven(oven));
        Assert.That((await host.Next()).Reminder.Text, Is.EqualTo($"{oven} lit"));
        return oven;
    }

    private Task Publish<T>(T message)
        where T : class
        => ((IBus)host.Services.GetService(typeof(IBus))!).Publish(message);
}
