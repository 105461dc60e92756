using System.Text.Json;
using MassTransit;
using MassTransit.Context;
using MassTransit.Serialization;

namespace MultiPanel.Sagas.Scheduling;

/// <summary>A serialized message and what a transport needs to send it, as it is stored in Redis.</summary>
internal sealed record ScheduledEnvelope
{
    private static readonly JsonSerializerOptions Json = new(SystemTextJsonMessageSerializer.Options) { WriteIndented = false };

    public required Uri Destination { get; init; }
    public required string ContentType { get; init; }
    public required string Body { get; init; }
    public required string[] MessageType { get; init; }
    public Guid MessageId { get; init; }
    public Guid? RequestId { get; init; }
    public Guid? CorrelationId { get; init; }
    public Guid? ConversationId { get; init; }
    public Guid? InitiatorId { get; init; }
    public Uri? SourceAddress { get; init; }
    public Uri? ResponseAddress { get; init; }
    public Uri? FaultAddress { get; init; }

    /// <summary>A time to live counts from the moment when the message is due.</summary>
    public DateTime? ExpirationTime { get; init; }

    public Dictionary<string, object> Headers { get; init; } = [];

    /// <summary>What the transport adds, such as RabbitMQ's routing key and priority.</summary>
    public Dictionary<string, object> Properties { get; init; } = [];

    public static ScheduledEnvelope Of<T>(Uri destination, DateTime due, SendContext<T> context)
        where T : class
    {
        var properties = new Dictionary<string, object>();
        (context as TransportSendContext)?.WritePropertiesTo(properties);

        return new ScheduledEnvelope
        {
            Destination = destination,
            ContentType = context.Serializer.ContentType.ToString(),
            Body = context.Serializer.GetMessageBody(context).GetString(),
            MessageType = context.SupportedMessageTypes,
            MessageId = context.MessageId ?? NewId.NextGuid(),
            RequestId = context.RequestId,
            CorrelationId = context.CorrelationId,
            ConversationId = context.ConversationId,
            InitiatorId = context.InitiatorId,
            SourceAddress = context.SourceAddress,
            ResponseAddress = context.ResponseAddress,
            FaultAddress = context.FaultAddress,
            ExpirationTime = due + context.TimeToLive,
            Headers = context.Headers.GetAll().ToDictionary(header => header.Key, header => header.Value),
            Properties = properties,
        };
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static ScheduledEnvelope Parse(string json)
        => JsonSerializer.Deserialize<ScheduledEnvelope>(json, Json)
            ?? throw new JsonException("A scheduled message is null.");
}
