using System.Globalization;
using Microsoft.Extensions.Options;
using MultiPanel.Progress;
using StackExchange.Redis;

namespace MultiPanel.Sagas.Scheduling;

/// <summary>Scheduled messages in Redis: a sorted set by due time, one of those in flight, and a hash of their texts.</summary>
internal sealed class ScheduledMessageStore(
    IConnectionMultiplexer connection,
    IOptions<RedisMessageSchedulerOptions> options,
    TimeProvider time)
{
    private static readonly RedisScript ScheduleScript = Read("schedule.lua");
    private static readonly RedisScript CancelScript = Read("cancel.lua");
    private static readonly RedisScript TakeScript = Read("take.lua");
    private static readonly RedisScript AcknowledgeScript = Read("acknowledge.lua");
    private static readonly RedisScript DeferScript = Read("defer.lua");

    private readonly RedisMessageSchedulerOptions options = options.Value;

    private RedisKey Due => $"{options.KeyPrefix}:due";

    private RedisKey InFlight => $"{options.KeyPrefix}:inflight";

    private RedisKey Messages => $"{options.KeyPrefix}:messages";

    private RedisChannel Channel => RedisChannel.Literal($"{options.KeyPrefix}:wake");

    /// <summary>Stores a message until it is due; one with the same token is replaced.</summary>
    public Task Schedule(Guid token, DateTimeOffset due, string json)
        => ScheduleScript.With([Due, InFlight, Messages], [Text(token), due.ToUnixTimeMilliseconds(), json, (string)Channel!]).RunAsync(connection.GetDatabase());

    /// <summary>Removes a message; false if there is none.</summary>
    public async Task<bool> Cancel(Guid token)
        => (bool)await CancelScript.With([Due, InFlight, Messages], [Text(token)]).RunAsync(connection.GetDatabase()).ConfigureAwait(false);

    /// <summary>Takes what is due, for the length of the visibility timeout.</summary>
    public async Task<TakenMessages> Take()
    {
        var now = time.GetUtcNow();
        var claim = (now + options.VisibilityTimeout).ToUnixTimeMilliseconds();
        var answer = (string?[])(await TakeScript.With([Due, InFlight, Messages], [now.ToUnixTimeMilliseconds(), claim, options.BatchSize]).RunAsync(connection.GetDatabase()).ConfigureAwait(false))!;

        return new TakenMessages(
            [.. answer.Skip(1).Chunk(2).Select(pair => (Guid.Parse(pair[0]!), pair[1]))],
            claim,
            answer[0] is { Length: > 0 } next
                ? DateTimeOffset.FromUnixTimeMilliseconds((long)double.Parse(next, CultureInfo.InvariantCulture))
                : null);
    }

    /// <summary>Forgets a message that was sent; false if it was cancelled, taken or scheduled again meanwhile.</summary>
    public async Task<bool> Acknowledge(Guid token, long claim)
        => (bool)await AcknowledgeScript.With([Due, InFlight, Messages], [Text(token), claim]).RunAsync(connection.GetDatabase()).ConfigureAwait(false);

    /// <summary>Gives a message back that could not be sent.</summary>
    public Task Defer(Guid token, long claim)
        => DeferScript.With([Due, InFlight], [Text(token), claim, (time.GetUtcNow() + options.RetryAfter).ToUnixTimeMilliseconds()]).RunAsync(connection.GetDatabase());

    /// <summary>Calls <paramref name="wake"/> whenever some process schedules a message that is due before all others.</summary>
    public Task Subscribe(Action wake) => connection.GetSubscriber().SubscribeAsync(Channel, (_, _) => wake());

    private static RedisScript Read(string file) => new(typeof(ScheduledMessageStore), $"{typeof(ScheduledMessageStore).Namespace}.{file}");

    private static string Text(Guid token) => token.ToString("N");
}
