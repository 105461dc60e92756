using System.Collections.Concurrent;

namespace MultiPanel.Api.Auth;

/// <summary>Keeps what was looked up for a few seconds, so that a busy user costs one query in that time.</summary>
internal sealed class ShortMemory<TKey, TValue>(TimeSpan kept, TimeProvider clock) where TKey : notnull
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<TKey, (TValue Value, DateTimeOffset Until)> known = new();

    public async Task<TValue> GetAsync(TKey key, Func<Task<TValue>> look)
    {
        var now = clock.GetUtcNow();
        if (known.TryGetValue(key, out var entry) && entry.Until > now)
        {
            return entry.Value;
        }

        var value = await look();
        if (known.Count >= Most)
        {
            known.Clear();
        }

        known[key] = (value, now + kept);
        return value;
    }

    public void Forget(TKey key) => known.TryRemove(key, out _);
}
