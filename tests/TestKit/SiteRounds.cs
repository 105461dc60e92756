using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Workers.Liveness;
using NUnit.Framework;

namespace MultiPanel.TestKit;

/// <summary>Has a site's workers do one thing, and waits until it is done.</summary>
public static class SiteRounds
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>One round of a service that otherwise works in cycles.</summary>
    public static Task RoundAsync<TService>(this Site site) where TService : LeasedService => site.Make<TService>().RunOnceAsync(CancellationToken.None);

    /// <summary>A service as a worker that has just started has it.</summary>
    /// <param name="instead">Used in place of the worker's own services of these types.</param>
    public static TService Make<TService>(this Site site, params object[] instead) =>
        ActivatorUtilities.CreateInstance<TService>(site.Workers[^1].Services, instead);

    /// <summary>Delivers a message, as a broker that delivers late or twice does, and waits until it has been handled.</summary>
    public static async Task DeliverAsync(this Site site, string queue, object message)
    {
        var bus = site.Workers[^1].Services.GetRequiredService<IBus>();
        var handled = new Handled(NewId.NextGuid());
        using var observing = bus.ConnectReceiveObserver(handled);
        var endpoint = await bus.GetSendEndpoint(JobMessages.Address(queue));
        await endpoint.Send(message, message.GetType(), Pipe.Execute<SendContext>(context => context.MessageId = handled.Id));
        await handled.Done.Task.WaitAsync(Limit);
    }

    /// <summary>Looks again and again, for what sends no signal.</summary>
    public static async Task<T> SeesAsync<T>(this Site site, Func<Site, Task<T>> look, Func<T, bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var seen = await look(site);
            if (condition(seen))
            {
                return seen;
            }

            if (limit.IsCancellationRequested)
            {
                Assert.Fail($"It never was so that {what}. Last seen: {seen}");
            }

            await pace.WaitForNextTickAsync();
        }
    }

    private sealed class Handled(Guid id) : IReceiveObserver
    {
        public Guid Id => id;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostReceive(ReceiveContext context) => Note(context.GetMessageId());

        public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) where T : class => Task.CompletedTask;

        public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) where T : class => Task.CompletedTask;

        public Task ReceiveFault(ReceiveContext context, Exception exception) => Note(context.GetMessageId());

        private Task Note(Guid? message)
        {
            if (message == id)
            {
                Done.TrySetResult();
            }

            return Task.CompletedTask;
        }
    }
}
