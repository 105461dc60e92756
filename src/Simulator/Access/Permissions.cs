using MultiPanel.Simulator.Running;

namespace MultiPanel.Simulator.Access;

/// <summary>Who may do what where: the deepest access control entry on the way to a path decides.</summary>
internal sealed class Permissions(Cluster cluster)
{
    public void Check(Caller caller, string path, params string[] anyOf)
    {
        if (!Allows(caller, path, anyOf))
        {
            throw Refused(path, anyOf);
        }
    }

    public bool Allows(Caller caller, string path, params string[] anyOf) => Privileges(caller.Id, path).Overlaps(anyOf);

    public static PveException Refused(string path, params string[] anyOf) =>
        new($"Permission check failed ({path}, {string.Join('|', anyOf)})", 403);

    public HashSet<string> Privileges(string id, string path)
    {
        var user = id.Split('!')[0];
        if (id == user)
        {
            return OfUser(user, path);
        }

        var token = cluster.State.Users.GetValueOrDefault(user)?.Tokens.GetValueOrDefault(id[(user.Length + 1)..]);
        var privileges = OfUser(user, path);
        if (token is null or { PrivilegeSeparation: true })
        {
            privileges.IntersectWith(OfEntries(id, path)); // a separated token has what both it and its user have
        }

        return privileges;
    }

    /// <summary>Privileges by path, for the paths that entries name and the VMs and storages below them.</summary>
    public SortedDictionary<string, HashSet<string>> All(string id)
    {
        var paths = cluster.State.Acl.Select(entry => entry.Path).Concat(["/", "/access", "/access/groups", "/nodes", "/pool", "/sdn", "/storage", "/vms"])
            .Concat(cluster.State.Vms.Values.Where(vm => vm.Pool is not null).Select(vm => $"/vms/{vm.VmId}"));
        var all = new SortedDictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var path in paths.Distinct())
        {
            if (Privileges(id, path) is { Count: > 0 } privileges)
            {
                all[path] = privileges;
            }
        }

        return all;
    }

    /// <summary>Rights that a VM has from its pool alone end there.</summary>
    public bool Propagates(string id, string path) =>
        id.Split('!')[0] == "root@pam" || PoolOf(path) is null || Deepest(id, path).Count > 0;

    private string? PoolOf(string path) =>
        path.StartsWith("/vms/", StringComparison.Ordinal) && int.TryParse(path.AsSpan(5), out var vmId) ? cluster.State.Vms.GetValueOrDefault(vmId)?.Pool : null;

    private HashSet<string> OfUser(string user, string path) => user == "root@pam" ? [.. BuiltInRoles.All["Administrator"]] : OfEntries(user, path);

    private HashSet<string> OfEntries(string id, string path)
    {
        var best = Deepest(id, path);
        if (PoolOf(path) is { } pool)
        {
            best.UnionWith(Deepest(id, $"/pool/{pool}"));
        }

        return best;
    }

    private HashSet<string> Deepest(string id, string path)
    {
        for (var at = path; ; at = at.LastIndexOf('/') is > 0 and var slash ? at[..slash] : "/")
        {
            var entries = cluster.State.Acl.Where(entry => entry.UserOrToken == id && entry.Path == at && (entry.Propagate || at == path)).ToList();
            if (entries.Count > 0)
            {
                return [.. entries.SelectMany(entry => BuiltInRoles.All.GetValueOrDefault(entry.Role) ?? [])];
            }

            if (at == "/")
            {
                return [];
            }
        }
    }
}
