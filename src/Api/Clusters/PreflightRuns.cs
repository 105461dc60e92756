using MultiPanel.Contracts.Clusters;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Secrets;
using MultiPanel.Hosting.Clusters;

namespace MultiPanel.Api.Clusters;

/// <summary>Runs preflights within the time that a person waits for one.</summary>
internal sealed class PreflightRuns(ClusterClients clients, SecretBox secrets)
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(25);

    public Task<ClusterTest> RunAsync(Cluster cluster, CancellationToken cancellation) => RunAsync(
        cluster.Endpoints, cluster.Auth, cluster.Identity, secrets.Open(cluster.SealedSecret), cluster.Fingerprint, cluster.Pool, cancellation);

    public Task<ClusterTest> RunAsync(ClusterRequest posted, CancellationToken cancellation) => RunAsync(
        [.. posted.Endpoints!.Select(EndpointAddress.Read).Distinct()], ClusterRules.AuthOf(posted), posted.Identity!, posted.Secret!, Fingerprints.Compact(posted.Fingerprint), posted.Pool, cancellation);

    private async Task<ClusterTest> RunAsync(
        IReadOnlyList<string> endpoints, ClusterAuth auth, string identity, string secret, string? fingerprint, string? pool, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(CallTimeout);
        try
        {
            return await new Preflight(endpoint => clients.Try(auth, identity, secret, [endpoint], fingerprint)).RunAsync(endpoints, pool, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ClusterTest { Usable = false, Problems = [$"The test was given up after {CallTimeout.TotalSeconds} s without all answers."] };
        }
    }
}
