using System.Threading.Channels;
using MassTransit;
using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Contracts.Bulk;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.TemplateRegistration;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Proxmox.Http;
using MultiPanel.TestKit;

namespace MultiPanel.Api.Tests.Host;

/// <summary>What the API has sent to the workflows' queues, which nobody else reads here.</summary>
public sealed class SentMessages
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Channel<IJobMessage> messages = Channel.CreateUnbounded<IJobMessage>();
    private readonly List<IJobMessage> seen = [];

    public void Add(IJobMessage message) => messages.Writer.TryWrite(message);

    /// <summary>Waits until the job has had so many messages of that type.</summary>
    public async Task TimesAsync<T>(Guid job, int count) where T : class, IJobMessage
    {
        using var limit = new CancellationTokenSource(Limit);
        while (seen.OfType<T>().Count(message => message.JobId == job) < count)
        {
            seen.Add(await messages.Reader.ReadAsync(limit.Token));
        }
    }

    /// <summary>Waits for the job's message of that type.</summary>
    public async Task<T> OfAsync<T>(Guid job) where T : class, IJobMessage
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            if (seen.OfType<T>().FirstOrDefault(message => message.JobId == job) is { } found)
            {
                return found;
            }

            seen.Add(await messages.Reader.ReadAsync(limit.Token));
        }
    }
}

/// <summary>Stands in the place of the workflows.</summary>
public sealed class SentMessagesConsumer(SentMessages sent)
    : IConsumer<OperateVm>, IConsumer<CloneVm>, IConsumer<RegisterTemplate>, IConsumer<VerifyAgent>, IConsumer<CancelRequested>, IConsumer<ReleaseSaga>, IConsumer<JobEnded>,
        IConsumer<RunBulk>, IConsumer<TallyChildren>
{
    public Task Consume(ConsumeContext<OperateVm> context) => Take(context.Message);

    public Task Consume(ConsumeContext<CloneVm> context) => Take(context.Message);

    public Task Consume(ConsumeContext<RegisterTemplate> context) => Take(context.Message);

    public Task Consume(ConsumeContext<VerifyAgent> context) => Take(context.Message);

    public Task Consume(ConsumeContext<CancelRequested> context) => Take(context.Message);

    public Task Consume(ConsumeContext<ReleaseSaga> context) => Take(context.Message);

    public Task Consume(ConsumeContext<JobEnded> context) => Take(context.Message);

    public Task Consume(ConsumeContext<RunBulk> context) => Take(context.Message);

    public Task Consume(ConsumeContext<TallyChildren> context) => Take(context.Message);

    private Task Take(IJobMessage message)
    {
        sent.Add(message);
        return Task.CompletedTask;
    }
}
