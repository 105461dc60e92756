using System.Globalization;
using System.Text.Json;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Admission;
using StackExchange.Redis;

namespace MultiPanel.Progress;

/// <summary>Who holds and who waits in each cluster, as the workers last wrote it. <see cref="ClusterKeys"/> deletes it with its cluster.</summary>
public sealed class AdmissionBoard(IConnectionMultiplexer redis)
{
    public Task WriteAsync(AdmissionView view) => redis.GetDatabase().StringSetAsync(
        Key(view.ClusterId), JsonSerializer.Serialize(view, ContractJson.Options));

    /// <returns>Null: no worker has written it since Redis was emptied.</returns>
    public async Task<AdmissionView?> ReadAsync(int cluster)
    {
        var text = await redis.GetDatabase().StringGetAsync(Key(cluster));
        return text.IsNull ? null : JsonSerializer.Deserialize<AdmissionView>(text.ToString(), ContractJson.Options);
    }

    private static RedisKey Key(int cluster) => $"mp:admission-board:{cluster.ToString(CultureInfo.InvariantCulture)}";
}
