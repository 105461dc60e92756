using MultiPanel.Contracts.Clusters;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Nodes;

namespace MultiPanel.Api.Clusters;

/// <summary>Tries a connection out: every endpoint by itself, then what the identity may do and what the cluster has.</summary>
/// <param name="connect">A client of one endpoint.</param>
internal sealed class Preflight(Func<string, PveClient> connect)
{
    private readonly List<string> problems = [];

    /// <param name="pool">The Proxmox pool that VMs will be made in; null: none.</param>
    public async Task<ClusterTest> RunAsync(IReadOnlyList<string> endpoints, string? pool, CancellationToken cancellation)
    {
        var probes = await Task.WhenAll(endpoints.Select(endpoint => ProbeAsync(endpoint, cancellation)));
        problems.AddRange(probes.Select(probe => probe.Problem).OfType<string>());
        var clusters = probes.Select(probe => probe.Cluster).OfType<string>().Distinct().ToList();
        if (clusters.Count > 1)
        {
            problems.Add($"The endpoints belong to different clusters: {string.Join(", ", clusters)}.");
        }

        if (Array.Find(probes, probe => probe.Version is not null) is not { Version: { } version } good)
        {
            return new ClusterTest { Usable = false, Problems = problems };
        }

        await using var client = connect(good.Endpoint);
        var missing = await TryAsync("its privileges", () => MissingAsync(client, version, pool, cancellation), []);
        var nodes = await TryAsync("its nodes", () => client.Nodes.ListAsync(cancellation), []);
        var storages = await TryAsync("its storages", () => StoragesAsync(client, cancellation), []);
        Judge(nodes);
        if (pool is not null && await TryAsync("its pools", () => LacksAsync(client, pool, cancellation), false))
        {
            problems.Add($"The cluster has no pool {pool}.");
        }

        return new ClusterTest
        {
            Usable = problems.Count == 0 && missing.Count == 0,
            Version = version,
            Nodes = [.. nodes.Select(node => new ClusterTestNode(node.Node, node.Online ? "online" : "offline"))],
            Storages = storages,
            MissingPrivileges = missing,
            Problems = [.. problems.Distinct()],
        };
    }

    private async Task<Probe> ProbeAsync(string endpoint, CancellationToken cancellation)
    {
        await using var client = connect(endpoint);
        try
        {
            var version = await client.VersionAsync(cancellation);
            return new Probe(endpoint, version.Version, await ClusterAsync(client, cancellation), null);
        }
        catch (PveException failure)
        {
            return new Probe(endpoint, null, null, PreflightTexts.Explain(endpoint, failure));
        }
    }

    /// <summary>The cluster's name; it takes Sys.Audit, which may be among what is missing.</summary>
    private async Task<string?> ClusterAsync(PveClient client, CancellationToken cancellation)
    {
        try
        {
            var status = await client.Cluster.StatusAsync(cancellation);
            if (!status.Quorate)
            {
                lock (problems)
                {
                    problems.Add("The cluster has no quorum: it can be read, but nothing can be changed.");
                }
            }

            return status.Name;
        }
        catch (PvePermissionException)
        {
            return null;
        }
    }

    private void Judge(IReadOnlyList<NodeInfo> nodes)
    {
        var offline = nodes.Where(node => !node.Online).Select(node => node.Node).ToList();
        if (nodes.Count > 0 && offline.Count == nodes.Count)
        {
            problems.Add("No node is online.");
        }
    }

    private static async Task<IReadOnlyList<MissingPrivilege>> MissingAsync(PveClient client, string version, string? pool, CancellationToken cancellation)
    {
        var missing = await Task.WhenAll(RequiredPrivileges.For(version, pool).Select(async required =>
        {
            if (pool is not null && required.Key == RequiredPrivileges.Storages)
            {
                return await MissingOnAnyAsync(client, required.Key, required.Value, cancellation);
            }

            var held = await client.Access.PermissionsAsync(required.Key, cancellation);
            var privileges = held.TryGetValue(required.Key, out var here) ? here : new HashSet<string>();
            return required.Value.Where(privilege => !privileges.Contains(privilege)).Select(privilege => new MissingPrivilege(required.Key, privilege));
        }));
        return [.. missing.SelectMany(one => one)];
    }

    /// <summary>Who may not audit a pool does not see it; then the rights over it show that it is there.</summary>
    private static async Task<bool> LacksAsync(PveClient client, string pool, CancellationToken cancellation)
    {
        var held = await client.Access.PermissionsAsync($"/pool/{pool}", cancellation);
        return held.Values.Any(privileges => privileges.Contains("Pool.Audit")) && !(await client.Access.PoolsAsync(cancellation)).Contains(pool);
    }

    /// <summary>A tenant's identity has them on some storages, not on all.</summary>
    private static async Task<IEnumerable<MissingPrivilege>> MissingOnAnyAsync(
        PveClient client, string path, IReadOnlyList<string> privileges, CancellationToken cancellation)
    {
        var held = await client.Access.PermissionsAsync(ct: cancellation);
        return held.Any(entry => (entry.Key == path || entry.Key.StartsWith(path + "/", StringComparison.Ordinal)) && privileges.All(entry.Value.Contains))
            ? []
            : privileges.Select(privilege => new MissingPrivilege(path, privilege));
    }

    private static async Task<IReadOnlyList<ClusterTestStorage>> StoragesAsync(PveClient client, CancellationToken cancellation) =>
        [.. (await client.Cluster.ResourcesAsync("storage", cancellation)).Select(storage => new ClusterTestStorage(
            storage.Storage ?? storage.Id,
            storage.Node ?? "",
            storage.PluginType ?? "",
            storage.Shared,
            storage.Status == "available",
            storage.MaxDisk - storage.Disk))];

    private async Task<T> TryAsync<T>(string what, Func<Task<T>> read, T otherwise)
    {
        try
        {
            return await read();
        }
        catch (PveException failure)
        {
            problems.Add($"The cluster did not tell {what}: {failure.Text}");
            return otherwise;
        }
    }

    private sealed record Probe(string Endpoint, string? Version, string? Cluster, string? Problem);
}
