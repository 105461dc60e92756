using System.Security.Cryptography;
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
    public string Posted(string? fingerprint = null, string? secret = null, string? identity = null, string? pool = null) => JsonSerializer.Serialize(new
    {
        endpoints = Cluster.Endpoints.Select(endpoint => endpoint.ToString().TrimEnd('/')),
        identity = identity ?? Cluster.TokenId,
        secret = secret ?? Cluster.TokenSecret,
        fingerprint = fingerprint ?? Cluster.Fingerprint,
        pool,
    });

    /// <summary>Makes a pool, and an identity with a tenant's rights: over its VMs, and to use one storage and the network.</summary>
    public async Task<(string Identity, string Secret)> TenantAsync(string pool)
    {
        await CallAsync(HttpMethod.Post, "/pools", ("poolid", pool));
        await CallAsync(HttpMethod.Post, "/access/users", ("userid", $"{pool}@pve"));
        var token = await CallAsync(HttpMethod.Post, $"/access/users/{pool}@pve/token/panel", ("privsep", "0"));
        foreach (var (path, role) in new[] { ($"/pool/{pool}", "PVEVMAdmin"), ("/storage/nfs-shared", "PVEDatastoreUser"), ("/sdn/zones/localnetwork", "PVESDNUser") })
        {
            await CallAsync(HttpMethod.Put, "/access/acl", ("path", path), ("users", $"{pool}@pve"), ("roles", role));
        }

        return ($"{pool}@pve!panel", token.GetProperty("value").GetString()!);
    }

    private async Task<JsonElement> CallAsync(HttpMethod method, string path, params (string Name, string Value)[] parameters)
    {
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
                certificate!.GetCertHashString(HashAlgorithmName.SHA256) == Cluster.Fingerprint.Replace(":", "", StringComparison.Ordinal),
        };
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(method, new Uri(Cluster.Endpoints[0], $"/api2/json{path}"))
        {
            Content = new FormUrlEncodedContent(parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value))),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"PVEAPIToken={Cluster.ApiToken}");
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonDocument.Parse(body).RootElement.GetProperty("data").Clone()
            : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {response.ReasonPhrase} {body}");
    }

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
