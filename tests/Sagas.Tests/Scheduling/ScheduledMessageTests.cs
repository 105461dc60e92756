using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Sagas.Scheduling;
using MultiPanel.Sagas.Tests.Persistence;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Sagas.Tests.Scheduling;

public sealed class ScheduledMessageTests(RedisKind kind) : RedisSuite(kind)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private ManualTime time = null!;

    [SetUp]
    public void SetTheClock() => time = new ManualTime();

    [Test]
    public async Task A_due_message_arrives_and_not_before()
    {
        await using var host = await Start();
        await host.Schedule(new Reminder("later"), time.GetUtcNow() + 2 * Hour);
        await host.Schedule(new Reminder("sooner"), time.GetUtcNow() + Hour);

        Advance(Hour, host);
        Assert.That((await host.Next()).Reminder.Text, Is.EqualTo("sooner"));
        Assert.That(host.Rest(), Is.Empty);

        Advance(Hour, host);
        Assert.That((await host.Next()).Reminder.Text, Is.EqualTo("later"));
    }

    [Test]
    public async Task A_message_that_is_due_at_once_wakes_the_dispatcher_of_another_process()
    {
        await using var host = await Start();
        await using var other = await Open();
        await using var scheduling = await SchedulerHost.Start(other, KeyPrefix, new ManualTime(), sameInbox: host);

        await scheduling.Schedule(new Reminder("now"), time.GetUtcNow());

        Assert.That((await host.Next()).Reminder.Text, Is.EqualTo("now"));
    }

    [Test]
    public async Task Ids_headers_and_addresses_are_those_that_were_scheduled()
    {
        await using var host = await Start();
        var (message, correlation, conversation) = (NewId.NextGuid(), NewId.NextGuid(), NewId.NextGuid());

        var scheduled = await host.Schedule(
            new Reminder("\0 \"' 中文 😀"),
            time.GetUtcNow() + Hour,
            Pipe.Execute<SendContext<Reminder>>(context =>
            {
                context.MessageId = message;
                context.CorrelationId = correlation;
                context.ConversationId = conversation;
                context.ResponseAddress = new Uri("loopback://localhost/answers");
                context.Headers.Set("flavour", "strange \"one\"");
            }));
        Advance(Hour, host);

        Assert.That(await host.Next(), Is.EqualTo(new Received(
            new Reminder("\0 \"' 中文 😀"),
            message,
            correlation,
            conversation,
            scheduled.TokenId,
            "strange \"one\"",
            new Uri("loopback://localhost/answers"))));
    }

    [Test]
    public async Task A_cancelled_message_does_not_arrive()
    {
        await using var host = await Start();
        var cancelled = await host.Schedule(new Reminder("cancelled"), time.GetUtcNow() + Hour);
        await host.Schedule(new Reminder("kept"), time.GetUtcNow() + Hour);

        await host.Cancel(cancelled.TokenId);
        Advance(Hour, host);

        Assert.That((await host.Next()).Reminder.Text, Is.EqualTo("kept"));
        await host.DisposeAsync();
        Assert.That(host.Rest(), Is.Empty);
    }

    [Test]
    public async Task A_message_outlives_the_host_that_scheduled_it()
    {
        await using (var before = await Start())
        {
            await before.Schedule(new Reminder("kept"), time.GetUtcNow() + Hour);
        }

        time.Advance(2 * Hour);
        await using var after = await Start();

        Assert.That((await after.Next()).Reminder.Text, Is.EqualTo("kept"));
    }

    [Test]
    public async Task A_message_that_a_dispatcher_took_before_it_died_is_sent_by_another()
    {
        await using (var before = await Start())
        {
            await before.Schedule(new Reminder("taken"), time.GetUtcNow() + Hour);
        }

        time.Advance(Hour);
        var taken = await Store().Take();
        Assert.That(taken.Messages, Has.Count.EqualTo(1));

        await using var other = await Start();
        Advance(TimeSpan.FromSeconds(29), other);
        Assert.That((await Store().Take()).Messages, Is.Empty, "within the visibility timeout it is the first one's");
        Advance(TimeSpan.FromSeconds(1), other);

        Assert.That((await other.Next()).Reminder.Text, Is.EqualTo("taken"));
        Assert.That(await Store().Acknowledge(taken.Messages[0].Token, taken.Claim), Is.False, "the first one comes too late");
    }

    [Test]
    public async Task Two_dispatchers_send_each_message_once()
    {
        await using var one = await Start();
        await using var connection = await Open();
        await using var two = await SchedulerHost.Start(connection, KeyPrefix, time, sameInbox: one);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(number =>
            one.Schedule(new Reminder($"{number}"), time.GetUtcNow() + TimeSpan.FromSeconds(1 + (number % 7)))));

        Advance(Hour, one, two);
        var arrived = new List<string>();
        while (arrived.Count < 300)
        {
            arrived.Add((await one.Next()).Reminder.Text);
        }

        await one.DisposeAsync();
        await two.DisposeAsync();

        Assert.That(arrived, Is.EquivalentTo(Enumerable.Range(0, 300).Select(number => $"{number}")));
        Assert.That(one.Rest(), Is.Empty);
        Assert.That(await Redis.GetDatabase().KeyExistsAsync($"{KeyPrefix}:messages"), Is.False, "nothing is left to send again");
    }

    [Test]
    public async Task A_message_scheduled_again_under_its_token_replaces_the_earlier_one()
    {
        await using var host = await Start();
        var token = NewId.NextGuid();
        var sameToken = Pipe.Execute<SendContext<Reminder>>(context => context.ScheduledMessageId = token);
        await host.Schedule(new Reminder("first"), time.GetUtcNow() + Hour, sameToken);

        await host.Schedule(new Reminder("second"), time.GetUtcNow() + 2 * Hour, sameToken);
        await host.Schedule(new Reminder("between"), time.GetUtcNow() + Hour);

        Advance(Hour, host);
        Assert.That((await host.Next()).Reminder.Text, Is.EqualTo("between"));
        Advance(Hour, host);
        Assert.That((await host.Next()).Reminder.Text, Is.EqualTo("second"));
    }

    [Test]
    public async Task A_late_acknowledgement_does_not_remove_what_was_scheduled_again()
    {
        var store = Store();
        var token = NewId.NextGuid();
        await store.Schedule(token, time.GetUtcNow(), "first");
        var taken = await store.Take();
        await store.Schedule(token, time.GetUtcNow(), "second");

        Assert.That(await store.Acknowledge(token, taken.Claim), Is.False);

        Assert.That((await store.Take()).Messages, Is.EqualTo(new[] { (token, "second") }));
    }

    [Test]
    public async Task A_message_that_cannot_be_sent_does_not_hold_up_the_others_and_is_tried_again()
    {
        await using var host = await Start();
        var broken = NewId.NextGuid();
        await Store().Schedule(broken, time.GetUtcNow() + Hour, "no message at all");
        await host.Schedule(new Reminder("good"), time.GetUtcNow() + Hour);

        Advance(Hour, host);

        Assert.That((await host.Next()).Reminder.Text, Is.EqualTo("good"));
        await host.DisposeAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await Store().Take()).Messages.Select(message => message.Token), Is.EqualTo(new[] { broken }));
    }

    [Test]
    public async Task A_published_message_reaches_its_subscribers()
    {
        await using var host = await Start();
        await using (var scope = host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IMessageScheduler>()
                .SchedulePublish((time.GetUtcNow() + Hour).UtcDateTime, new Reminder("to all"));
        }

        Advance(Hour, host);

        Assert.That((await host.Next()).Reminder.Text, Is.EqualTo("to all"));
    }

    private Task<SchedulerHost> Start() => SchedulerHost.Start(Redis, KeyPrefix, time);

    private ScheduledMessageStore Store() => new(
        Redis, Microsoft.Extensions.Options.Options.Create(new RedisMessageSchedulerOptions { KeyPrefix = KeyPrefix }), time);

    /// <summary>Moves the clock. A dispatcher that is about to set its timer has read the old time, so it is woken to look.</summary>
    private void Advance(TimeSpan by, params SchedulerHost[] hosts)
    {
        time.Advance(by);
        foreach (var host in hosts)
        {
            host.Dispatcher.Wake();
        }
    }
}
