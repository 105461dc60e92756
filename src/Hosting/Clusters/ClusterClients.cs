using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Clusters;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Secrets;
using MultiPanel.Proxmox;

namespace MultiPanel.Hosting.Clusters;

/// <summary>One Proxmox client a cluster and process; made again when the cluster's connection was edited.</summary>
public sealed class ClusterClients(SecretBox secrets, ILoggerFactory logs) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, (int Revision, Lazy<PveClient> Client)> clients = new();

    public PveClient For(Cluster cluster) => clients.AddOrUpdate(
        cluster.Id,
        _ => Make(cluster),
        // The old client is left to the calls still running on it; the garbage collector takes its sockets.
        (_, known) => known.Revision == cluster.Revision ? known : Make(cluster)).Client.Value;

    /// <summary>A client that is not kept, for trying a connection out.</summary>
    public PveClient Try(ClusterAuth auth, string identity, string secret, IEnumerable<string> endpoints, string? fingerprint) =>
        new(
            new PveConnection
            {
                Endpoints = [.. endpoints.Select(endpoint => new Uri(endpoint))],
                Credential = auth == ClusterAuth.Token ? new PveApiToken(identity, secret) : new PvePassword(identity, secret),
                Fingerprint = fingerprint,
            },
            logs.CreateLogger<PveClient>());

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, client) in clients.Values)
        {
            if (client.IsValueCreated)
            {
                await client.Value.DisposeAsync();
            }
        }
    }

    private (int, Lazy<PveClient>) Make(Cluster cluster) => (cluster.Revision, new Lazy<PveClient>(() =>
        Try(cluster.Auth, cluster.Identity, secrets.Open(cluster.SealedSecret), cluster.Endpoints, cluster.Fingerprint)));
}
