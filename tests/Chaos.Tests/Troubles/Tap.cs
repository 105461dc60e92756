using System.Collections.Concurrent;
using MultiPanel.Contracts.Jobs;
using MultiPanel.TestKit.Servers;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace MultiPanel.Chaos.Tests.Troubles;

/// <summary>
/// A queue beside the engine's own that gets a copy of every message: MassTransit sends to an exchange that bears the
/// queue's name, and any client may bind to that. What is delivered from here again is the same message, headers and all.
/// </summary>
public sealed class Tap : IAsyncDisposable
{
    public const string Prefix = "chaos-";

    private readonly IConnection connection;
    private readonly IChannel channel;
    private readonly IChannel delivery;
    private readonly IReadOnlyList<string> queues;
    private readonly ConcurrentQueue<Message> kept = new();

    private Tap(IConnection connection, IChannel channel, IChannel delivery, IReadOnlyList<string> queues) =>
        (this.connection, this.channel, this.delivery, this.queues) = (connection, channel, delivery, queues);

    /// <summary>In the order in which they were sent.</summary>
    public IEnumerable<Message> Kept => kept;

    /// <param name="again">Each message is delivered once more as soon as it comes.</param>
    public static async Task<Tap> OpenAsync(TestVirtualHost broker, bool again)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(broker.Url) }.CreateConnectionAsync();
        var names = typeof(IJobMessage).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IJobMessage))).Select(JobMessages.Queue).ToHashSet();
        var tap = new Tap(connection, await connection.CreateChannelAsync(), await connection.CreateChannelAsync(), [.. (await broker.QueuesAsync()).Where(names.Contains)]);
        await tap.ListenAsync(again);
        return tap;
    }

    /// <summary>From now on messages come here alone.</summary>
    public Task CutOffAsync() => EachAsync((channel, queue) => channel.QueueUnbindAsync(queue, queue, ""));

    public Task ConnectAsync() => EachAsync((channel, queue) => channel.QueueBindAsync(queue, queue, ""));

    public async Task DeliverAsync(IEnumerable<Message> messages)
    {
        foreach (var message in messages)
        {
            // By the nameless exchange, which delivers to the queue of that name alone.
            await delivery.BasicPublishAsync("", message.Queue, mandatory: false, new BasicProperties(message.Properties), message.Body);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await delivery.DisposeAsync();
        await connection.DisposeAsync();
    }

    private async Task ListenAsync(bool again)
    {
        var own = (await channel.QueueDeclareAsync($"{Prefix}{Guid.NewGuid():N}", durable: false, exclusive: false, autoDelete: true)).QueueName;
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, copy) =>
        {
            var message = new Message(copy.Exchange, copy.BasicProperties, copy.Body.ToArray());
            kept.Enqueue(message);
            if (again)
            {
                await DeliverAsync([message]);
            }
        };
        foreach (var queue in queues)
        {
            await channel.QueueBindAsync(own, queue, "");
        }

        await channel.BasicConsumeAsync(own, autoAck: true, consumer);
    }

    private async Task EachAsync(Func<IChannel, string, Task> change)
    {
        foreach (var queue in queues)
        {
            // What the broker refuses costs the channel.
            await using var own = await connection.CreateChannelAsync();
            try
            {
                await change(own, queue);
            }
            catch (OperationInterruptedException gone) when (gone.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
                // All queues were just deleted; its consumers declare and bind it again.
            }
        }
    }

    public sealed record Message(string Queue, IReadOnlyBasicProperties Properties, ReadOnlyMemory<byte> Body);
}
