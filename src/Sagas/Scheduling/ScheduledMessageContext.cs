using System.Text.Json;
using MassTransit;
using MassTransit.Metadata;
using MassTransit.Middleware;
using MassTransit.Serialization;

namespace MultiPanel.Sagas.Scheduling;

/// <summary>
/// A stored message as MassTransit's outbox sends it: its <see cref="OutboxMessageSendPipe"/> copies the serialized body
/// to any transport and leaves ids, addresses, headers and message types as they were.
/// </summary>
internal sealed class ScheduledMessageContext(ScheduledEnvelope envelope) : OutboxMessageContext
{
    public long SequenceNumber => 0;

    public Guid MessageId => envelope.MessageId;

    Guid? MessageContext.MessageId => envelope.MessageId;

    public string ContentType => envelope.ContentType;

    public string MessageType => string.Join(';', envelope.MessageType);

    public string Body => envelope.Body;

    public IReadOnlyDictionary<string, object> Properties { get; } = Plain(envelope.Properties);

    public Guid? RequestId => envelope.RequestId;

    public Guid? CorrelationId => envelope.CorrelationId;

    public Guid? ConversationId => envelope.ConversationId;

    public Guid? InitiatorId => envelope.InitiatorId;

    public DateTime? ExpirationTime => envelope.ExpirationTime;

    public Uri? SourceAddress => envelope.SourceAddress;

    public Uri? DestinationAddress => envelope.Destination;

    public Uri? ResponseAddress => envelope.ResponseAddress;

    public Uri? FaultAddress => envelope.FaultAddress;

    public DateTime? SentTime => null;

    public Headers Headers { get; } = new DictionarySendHeaders(Plain(envelope.Headers), useExistingDictionary: true);

    public HostInfo Host => HostMetadataCache.Host;

    /// <summary>JSON's values as the .NET values that they were: transports test for string, bool and number.</summary>
    private static Dictionary<string, object> Plain(Dictionary<string, object> values)
        => values.ToDictionary(value => value.Key, value => value.Value is JsonElement element ? Plain(element) : value.Value);

    private static object Plain(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => element.TryGetInt64(out var whole) ? whole : element.GetDouble(),
        _ => element,
    };
}
