using MassTransit;
using MassTransit.Scheduling;
using MassTransit.Transports;

namespace MultiPanel.Sagas.Scheduling;

/// <summary>Keeps scheduled messages in Redis instead of at the broker.</summary>
internal sealed class RedisScheduleMessageProvider(ISendEndpointProvider endpoints, ScheduledMessageStore store) : IScheduleMessageProvider
{
    public async Task<ScheduledMessage<T>> ScheduleSend<T>(
        Uri destinationAddress, DateTime scheduledTime, T message, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
        where T : class
    {
        // Built as for sending, so that serializer, topology, filters and the consumed message's ids have their say now.
        var endpoint = await endpoints.GetSendEndpoint(destinationAddress).ConfigureAwait(false) as ITransportSendEndpoint
            ?? throw new ArgumentException($"Nothing can be scheduled for {destinationAddress}: it is no transport endpoint.", nameof(destinationAddress));
        var context = await endpoint.CreateSendContext(message, pipe, cancellationToken).ConfigureAwait(false);

        // By the token a state machine knows the timeout that it waits for from a stale one. The caller may have set its own.
        var token = context.ScheduledMessageId ?? ScheduleTokenIdCache<T>.GetTokenId(message);
        context.ScheduledMessageId = token;
        context.Headers.Set(MessageHeaders.SchedulingTokenId, token.ToString("D"));

        var due = scheduledTime.Kind == DateTimeKind.Local
            ? scheduledTime.ToUniversalTime()
            : DateTime.SpecifyKind(scheduledTime, DateTimeKind.Utc);
        await store.Schedule(token, due, ScheduledEnvelope.Of(destinationAddress, due, context).ToJson()).ConfigureAwait(false);

        return new ScheduledMessageHandle<T>(token, due, destinationAddress, message);
    }

    public Task CancelScheduledSend(Guid tokenId, CancellationToken cancellationToken) => store.Cancel(tokenId);

    public Task CancelScheduledSend(Uri destinationAddress, Guid tokenId, CancellationToken cancellationToken) => store.Cancel(tokenId);
}
