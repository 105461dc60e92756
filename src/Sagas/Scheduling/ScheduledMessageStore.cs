using System.Globalization;
using Microsoft.Extensions.Options;
using MultiPanel.Sagas.Persistence;
using StackExchange.Redis;

namespace MultiPanel.Sagas.Scheduling;

/// <summary>Scheduled messages in Redis: a sorted set by due time, one of those in flight, and a hash of their texts.</summary>
internal sealed class ScheduledMessageStore(
    IConnectionMultiplexer connection,
    IOptions<RedisMessageSchedulerOptions> options,
    TimeProvider time)
{
    private static readonly string ScheduleScript = EmbeddedScript.Read(typeof(ScheduledMessageStore), "schedule.lua");
    private static readonly string CancelScript = EmbeddedScript.Read(typeof(ScheduledMessageStore), "cancel.lua");
    private static readonly string TakeScript = EmbeddedScript.Read(typeof(ScheduledMessageStore), "take.lua");
    private static readonly string AcknowledgeScript = EmbeddedScript.Read(typeof(ScheduledMessageStore), "acknowledge.lua");
    private static readonly string DeferScript = EmbeddedScript.Read(typeof(ScheduledMessageStore), "defer.lua");

    private readonly RedisMessageSchedulerOptions options = options.Value;

    private RedisKey Due => $"{options.KeyPrefix}:due";

    private RedisKey InFlight => $"{options.KeyPrefix}:inflight";

    private RedisKey Messages => $"{options.KeyPrefix}:messages";

    private RedisChannel Channel => RedisChannel.Literal($"{options.KeyPrefix}:wake");

    /// <summary>Stores a message until it is due; one with the same token is replaced.</summary>
    public Task Schedule(Guid token, DateTimeOffset due, string json)
        => connection.GetDatabase().ScriptEvaluateAsync(
            ScheduleScript,
            [Due, InFlight, Messages],
            [Text(token), due.ToUnixTimeMilliseconds(), json, (string)Channel!]);

    /// <summary>Removes a message; false if there is none.</summary>
    public async Task<bool> Cancel(Guid token)
        => (bool)await connection.GetDatabase().ScriptEvaluateAsync(
            CancelScript, [Due, InFlight, Messages], [Text(token)]).ConfigureAwait(false);

    /// <summary>Takes what is due, for the length of the visibility timeout.</summary>
    public async Task<TakenMessages> Take()
    {
        var now = time.GetUtcNow();
        var claim = (now + options.VisibilityTimeout).ToUnixTimeMilliseconds();
        var answer = (string?[])(await connection.GetDatabase().ScriptEvaluateAsync(
            TakeScript,
            [Due, InFlight, Messages],
            [now.ToUnixTimeMilliseconds(), claim, options.BatchSize]).ConfigureAwait(false))!;

        return new TakenMessages(
            [.. answer.Skip(1).Chunk(2).Select(pair => (Guid.Parse(pair[0]!), pair[1]))],
            claim,
            answer[0] is { Length: > 0 } next
                ? DateTimeOffset.FromUnixTimeMilliseconds((long)double.Parse(next, CultureInfo.InvariantCulture))
                : null);
    }

    /// <summary>Forgets a message that was sent; false if it was cancelled, taken or scheduled anew meanwhile.</summary>
    public async Task<bool> Acknowledge(Guid token, long claim)
        => (bool)await connection.GetDatabase().ScriptEvaluateAsync(
            AcknowledgeScript, [Due, InFlight, Messages], [Text(token), claim]).ConfigureAwait(false);

    /// <summary>Gives a message back that could not be sent.</summary>
    public Task Defer(Guid token, long claim)
        => connection.GetDatabase().ScriptEvaluateAsync(
            DeferScript,
            [Due, InFlight],
            [Text(token), claim, (time.GetUtcNow() + options.RetryAfter).ToUnixTimeMilliseconds()]);

    /// <summary>Calls <paramref name="wake"/> whenever some process schedules a message that is due before all others.</summary>
    public Task Subscribe(Action wake) => connection.GetSubscriber().SubscribeAsync(Channel, (_, _) => wake());

    private static string Text(Guid token) => token.ToString("N");
}
