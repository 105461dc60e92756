using System.Collections.Concurrent;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Sagas.Workflows;

namespace MultiPanel.Sagas.Tests.Jobs;

/// <summary>A workflow's saga as a worker host runs it, on a bus in memory; what it asks of the workers is recorded and not answered.</summary>
public sealed class WorkflowHarness<TMachine, TState, TCommand, TDefinition> : IReceiveObserver, ISendObserver, IAsyncDisposable
    where TMachine : JobStateMachine<TState, TCommand>
    where TState : JobState
    where TCommand : class, IJobCommand
    where TDefinition : class, ISagaDefinition<TState>
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> handled = new();
    private readonly ConcurrentQueue<(string Queue, object Message)> asked = new();
    private readonly string queue = JobMessages.Queue(typeof(TCommand));
    private readonly ServiceProvider provider;
    private readonly ITestHarness harness;

    private WorkflowHarness()
    {
        provider = new ServiceCollection()
            .AddMassTransitTestHarness(bus =>
            {
                bus.AddSagaStateMachine<TMachine, TState, TDefinition>().InMemoryRepository();
                bus.UsingInMemory((context, configurator) => configurator.ConfigureEndpoints(context));
            })
            .BuildServiceProvider(true);
        harness = provider.GetRequiredService<ITestHarness>();
    }

    internal static async Task<WorkflowHarness<TMachine, TState, TCommand, TDefinition>> StartAsync()
    {
        var workflow = new WorkflowHarness<TMachine, TState, TCommand, TDefinition>();
        await workflow.harness.Start();
        workflow.harness.Bus.ConnectReceiveObserver(workflow);
        workflow.harness.Bus.ConnectSendObserver(workflow);
        return workflow;
    }

    /// <summary>Sends a message to the saga's queue and waits until all that follows from it has been sent.</summary>
    /// <returns>The queues that the saga sent to for it, each message checked to be about the same job.</returns>
    public async Task<string[]> DeliverAsync(IJobMessage message)
    {
        var (id, done) = (NewId.NextGuid(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        handled[id] = done;
        var endpoint = await harness.Bus.GetSendEndpoint(JobMessages.Address(queue));
        await endpoint.Send(message, message.GetType(), Pipe.Execute<SendContext>(context => context.MessageId = id));
        await done.Task.WaitAsync(TimeSpan.FromSeconds(30));

        var sent = new List<string>();
        while (asked.TryDequeue(out var ask))
        {
            Assert.That(((IJobMessage)ask.Message).JobId, Is.EqualTo(message.JobId));
            sent.Add(ask.Queue);
        }

        return [.. sent];
    }

    /// <summary>Null: the saga is over, or never was.</summary>
    public async Task<string?> StateAsync(Guid job) =>
        (await provider.GetRequiredService<ILoadSagaRepository<TState>>().Load(job))?.CurrentState;

    public async ValueTask DisposeAsync()
    {
        await harness.Stop();
        await provider.DisposeAsync();
    }

    Task IReceiveObserver.PreReceive(ReceiveContext context) => Task.CompletedTask;

    Task IReceiveObserver.PostReceive(ReceiveContext context)
    {
        if (context.GetMessageId() is { } id && handled.TryRemove(id, out var done))
        {
            done.SetResult();
        }

        return Task.CompletedTask;
    }

    Task IReceiveObserver.PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) => Task.CompletedTask;

    Task IReceiveObserver.ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) =>
        Fail(context.MessageId, exception);

    Task IReceiveObserver.ReceiveFault(ReceiveContext context, Exception exception) => Fail(context.GetMessageId(), exception);

    Task ISendObserver.PreSend<T>(SendContext<T> context) => Task.CompletedTask;

    Task ISendObserver.PostSend<T>(SendContext<T> context)
    {
        var to = context.DestinationAddress!.Segments[^1];
        if (to != queue)
        {
            asked.Enqueue((to, context.Message));
        }

        return Task.CompletedTask;
    }

    Task ISendObserver.SendFault<T>(SendContext<T> context, Exception exception) => Task.CompletedTask;

    private Task Fail(Guid? id, Exception exception)
    {
        if (id is { } message && handled.TryRemove(message, out var done))
        {
            done.SetException(exception);
        }

        return Task.CompletedTask;
    }
}
