using Microsoft.Extensions.Options;
using MultiPanel.Contracts.Admission;
using MultiPanel.Progress;
using StackExchange.Redis;

namespace MultiPanel.Sagas.Admission;

/// <summary>Admission counted in Redis; every call is one script, listed in <c>admission.lua</c> with the keys.</summary>
internal sealed class RedisAdmission(IConnectionMultiplexer connection, IOptions<AdmissionOptions> options, TimeProvider time) : IAdmission
{
    private readonly AdmissionOptions options = options.Value;
    private readonly string defaultLimits = LimitsJson.Write(options.Value.Limits);

    public ScriptCall Request(AdmissionRequest request)
    {
        AdmissionArguments.Check(request);
        return Call(AdmissionScripts.Request, request.Cluster, [AdmissionEntry.Write(request)]);
    }

    public AdmissionDecision Decision(RedisResult answer)
    {
        var parts = (RedisResult[])answer!;
        return (string?)parts[0] switch
        {
            "granted" => AdmissionDecision.Granted,
            "waiting" => AdmissionDecision.Waiting((int)parts[1]),
            "restore" => AdmissionDecision.Restore,
            var other => throw new InvalidOperationException($"request.lua answered '{other}'."),
        };
    }

    public async Task<AdmissionDecision> RequestAsync(AdmissionRequest request, CancellationToken ct) => Decision(await Run(Request(request), ct));

    public ScriptCall Release(string cluster, string holder) => Call(AdmissionScripts.Release, cluster, [holder]);

    public SlotGrants Grants(RedisResult answer)
    {
        var parts = (string[])answer!;
        return new SlotGrants([.. parts.Skip(1).Select(text => AdmissionEntry.Read(text).ToGrant())], restore: parts[0] == "restore");
    }

    public async Task<SlotGrants> ReleaseAsync(string cluster, string holder, CancellationToken ct) => Grants(await Run(Release(cluster, holder), ct));

    public async Task RenewAsync(string cluster, IReadOnlyCollection<string> holders, CancellationToken ct)
    {
        // In portions: a script with ten thousand arguments would hold up all other callers.
        foreach (var some in holders.Chunk(500))
        {
            await Run(AdmissionScripts.Renew, cluster, [.. some.Select(holder => (RedisValue)holder)], ct).ConfigureAwait(false);
        }
    }

    public Task<SlotGrants> ExpireAsync(string cluster, CancellationToken ct)
        => HandOn(
            AdmissionScripts.Expire,
            cluster,
            [Milliseconds(time.GetUtcNow() - options.ForgetWaitersAfter), Milliseconds(time.GetUtcNow() - options.RecoverAfter)],
            ct);

    public async Task<AdmissionReport> ReportAsync(string cluster, CancellationToken ct)
        => AdmissionReportReader.Read(
            (RedisResult[])(await Run(AdmissionScripts.Report, cluster, [], ct).ConfigureAwait(false))!, options.Limits);

    public async Task SlowDownAsync(string cluster, string node, string @class, CancellationToken ct)
        => await Run(
            AdmissionScripts.SlowDown,
            cluster,
            [@class, node, AdmissionEntry.Place(@class, node), (long)options.OneJam.TotalMilliseconds],
            ct).ConfigureAwait(false);

    public ScriptCall SpeedUp(string cluster, string node, string @class)
        => Call(AdmissionScripts.SpeedUp, cluster, [@class, node, AdmissionEntry.Place(@class, node)]);

    public Task<SlotGrants> RestoreAsync(string cluster, IReadOnlyCollection<AdmissionRequest> running, CancellationToken ct)
    {
        foreach (var request in running)
        {
            AdmissionArguments.Check(request);
        }

        return HandOn(AdmissionScripts.Restore, cluster, [.. running.Select(request => (RedisValue)AdmissionEntry.Write(request))], ct);
    }

    public Task<SlotGrants> SetLimitsAsync(string cluster, AdmissionLimits limits, CancellationToken ct)
    {
        AdmissionArguments.Check(limits);
        return HandOn(AdmissionScripts.SetLimits, cluster, [LimitsJson.Write(limits)], ct);
    }

    public async Task<AdmissionLimits> LimitsAsync(string cluster, CancellationToken ct)
    {
        var limits = await connection.GetDatabase().HashGetAsync(State(cluster), "limits").WaitAsync(ct).ConfigureAwait(false);
        return limits.IsNull ? options.Limits : LimitsJson.Read(limits!);
    }

    private async Task<SlotGrants> HandOn(RedisScript script, string cluster, RedisValue[] arguments, CancellationToken ct)
        => Grants(await Run(script, cluster, arguments, ct).ConfigureAwait(false));

    private ScriptCall Call(RedisScript script, string cluster, RedisValue[] arguments)
        => script.With([State(cluster)], [Milliseconds(time.GetUtcNow()), defaultLimits, .. arguments]);

    private Task<RedisResult> Run(RedisScript script, string cluster, RedisValue[] arguments, CancellationToken ct)
        => Run(Call(script, cluster, arguments), ct);

    private Task<RedisResult> Run(ScriptCall call, CancellationToken ct)
    {
        // Not after this line: a script that was sent has happened, and its grants must reach the caller.
        ct.ThrowIfCancellationRequested();
        return call.RunAsync(connection.GetDatabase());
    }

    private RedisKey State(string cluster) => $"{options.KeyPrefix}:{{{cluster}}}";

    private static long Milliseconds(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds();
}
