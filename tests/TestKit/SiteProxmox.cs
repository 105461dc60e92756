using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Simulator.FaultInjection;

namespace MultiPanel.TestKit;

/// <summary>What another user does in a site's Proxmox, past the panel.</summary>
public static class SiteProxmox
{
    /// <summary>Calls the first cluster's API as root.</summary>
    /// <returns>The answer's <c>data</c>.</returns>
    public static async Task<JsonElement> CallAsync(this Site site, HttpMethod method, string path, params (string Name, string Value)[] parameters)
    {
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
                certificate!.GetCertHashString(HashAlgorithmName.SHA256) == site.Proxmox.Fingerprint.Replace(":", "", StringComparison.Ordinal),
        };
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(method, new Uri(site.Proxmox.Endpoints[0], $"/api2/json{path}"))
        {
            Content = method == HttpMethod.Get || method == HttpMethod.Delete
                ? null
                : new FormUrlEncodedContent(parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value))),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"PVEAPIToken={site.Proxmox.ApiToken}");
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonDocument.Parse(body).RootElement.GetProperty("data").Clone()
            : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {response.ReasonPhrase} {body}");
    }

    /// <summary>Deletes a stopped VM, and waits until Proxmox has done it.</summary>
    public static async Task DeleteInProxmoxAsync(this Site site, string node, int vmid)
    {
        await site.CallAsync(HttpMethod.Delete, $"/nodes/{node}/qemu/{vmid}");
        await site.SeesAsync(there => Task.FromResult(there.Proxmox.Vm(vmid)), vm => vm is null, $"VM {vmid} is deleted");
    }

    /// <summary>No node of the first cluster answers any more; what runs there runs on.</summary>
    public static Task GoDownAsync(this Site site) =>
        Task.WhenAll(site.Proxmox.Nodes.Select(node => site.Proxmox.Faults.TakeNodeOfflineAsync(node, NodeOutage.ConnectionRefused)));

    /// <summary>All nodes answer again.</summary>
    public static Task ComeBackAsync(this Site site) => Task.WhenAll(site.Proxmox.Nodes.Select(site.Proxmox.Faults.BringNodeOnlineAsync));

    /// <summary>From now on the panel signs in as a user who has that role and no more.</summary>
    public static Task SignInWithRoleAsync(this Site site, string role) => site.SignInAsync(("/", role));

    /// <summary>
    /// From now on the panel signs in as a user with the rights that a tenant's administrator has: over a new pool's VMs, to clone a
    /// template, and to use a storage and the network.
    /// </summary>
    public static async Task SignInToPoolAsync(this Site site, string pool)
    {
        await site.CallAsync(HttpMethod.Post, "/pools", ("poolid", pool));
        await site.SignInAsync(
            ($"/pool/{pool}", "PVEVMAdmin"), ("/vms/9010", "PVETemplateUser"), ("/storage/nfs-shared", "PVEDatastoreUser"), ("/sdn/zones/localnetwork", "PVESDNUser"));
    }

    /// <summary>What the panel makes in the first cluster goes into that pool.</summary>
    public static async Task SetPoolAsync(this Site site, string pool)
    {
        await using var db = site.Database.OpenAll();
        await db.Clusters.Where(cluster => cluster.Id == site.Cluster.Id).ExecuteUpdateAsync(set => set
            .SetProperty(cluster => cluster.Pool, pool).SetProperty(cluster => cluster.Revision, cluster => cluster.Revision + 1));
    }

    private static async Task SignInAsync(this Site site, params (string Path, string Role)[] rights)
    {
        await site.CallAsync(HttpMethod.Post, "/access/users", ("userid", "limited@pve"));
        var token = await site.CallAsync(HttpMethod.Post, "/access/users/limited@pve/token/panel", ("privsep", "0"));
        foreach (var (path, role) in rights)
        {
            await site.CallAsync(HttpMethod.Put, "/access/acl", ("path", path), ("users", "limited@pve"), ("roles", role));
        }

        var secret = site.Stores.Settings.Secrets.Seal(token.GetProperty("value").GetString()!);
        await using var db = site.Database.OpenAll();
        await db.Clusters.Where(cluster => cluster.Id == site.Cluster.Id).ExecuteUpdateAsync(set => set
            .SetProperty(cluster => cluster.Identity, "limited@pve!panel")
            .SetProperty(cluster => cluster.SealedSecret, secret)
            .SetProperty(cluster => cluster.Revision, cluster => cluster.Revision + 1));
    }

    /// <summary>The VMIDs that the panel may take in the first cluster.</summary>
    public static async Task SetVmIdsAsync(this Site site, int from, int to)
    {
        await using var db = site.Database.OpenAll();
        await db.Clusters.Where(cluster => cluster.Id == site.Cluster.Id).ExecuteUpdateAsync(set => set
            .SetProperty(cluster => cluster.VmidFrom, from).SetProperty(cluster => cluster.VmidTo, to));
    }
}
