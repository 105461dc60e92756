using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Clusters;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Secrets;
using MultiPanel.Simulator;

namespace MultiPanel.Api.Tests.Host;

/// <summary>A simulated cluster for what the API reads from Proxmox.</summary>
public sealed class Proxmox : IAsyncDisposable
{
    private readonly PveSimulator simulator;

    private Proxmox(PveSimulator simulator) => this.simulator = simulator;

    public SimulatedCluster Cluster => simulator.Clusters[0];

    public static async Task<Proxmox> StartAsync() =>
        new(await PveSimulator.StartAsync(SimulatorOptions.Demo() with { TimeScale = 30 }));

    /// <summary>The connection as it is posted.</summary>
    public string Posted(string? fingerprint = null, string? secret = null, string? identity = null) => JsonSerializer.Serialize(new
    {
        endpoints = Cluster.Endpoints.Select(endpoint => endpoint.ToString().TrimEnd('/')),
        identity = identity ?? Cluster.TokenId,
        secret = secret ?? Cluster.TokenSecret,
        fingerprint = fingerprint ?? Cluster.Fingerprint,
    });

    /// <summary>Points the seeded cluster at this one.</summary>
    public Task ConnectAsync(TestApi api) => api.Seeds.ChangeAsync<Cluster>(api.Seeds.Cluster, cluster =>
    {
        cluster.Endpoints = [.. Cluster.Endpoints.Select(endpoint => endpoint.ToString().TrimEnd('/'))];
        cluster.Auth = ClusterAuth.Token;
        cluster.Identity = Cluster.TokenId;
        cluster.SealedSecret = api.Services.GetRequiredService<SecretBox>().Seal(Cluster.TokenSecret);
        cluster.Fingerprint = Cluster.Fingerprint;
        cluster.Revision++;
    });

    public ValueTask DisposeAsync() => simulator.DisposeAsync();
}
