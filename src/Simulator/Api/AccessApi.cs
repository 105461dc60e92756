using MultiPanel.Simulator.Access;
using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Api;

/// <summary>Sign-in, rights and roles.</summary>
internal static class AccessApi
{
    private static readonly string[] CapabilityGroups = ["access", "dc", "mapping", "nodes", "sdn", "storage", "vms"];

    public static IEnumerable<ApiMethod> Methods() =>
    [
        new("GET", "/access/ticket", "", _ => null),
        new("POST", "/access/ticket", "username:str,len=64! password! realm otp tfa-challenge path privs new-format:bool", Ticket),
        new("GET", "/access/domains", "", _ => new object[]
        {
            new { realm = "pam", type = "pam", comment = "Linux PAM standard authentication" },
            new { realm = "pve", type = "pve", comment = "Proxmox VE authentication server" },
        }),
        new("GET", "/access/roles", "", _ => BuiltInRoles.All.Select(role => new { roleid = role.Key, privs = string.Join(',', role.Value), special = 1 })),
        new("GET", "/access/permissions", "path userid", Permissions),
        new("GET", "/access/acl", "", Acl),
        new ApiMethod("PUT", "/access/acl", "path! roles:roleid-list! users:userid-list tokens:tokenid-list groups:groupid-list propagate:bool delete:bool", ChangeAcl)
            .Protected().Needs(call => call.Cluster.Permissions.Check(call.Caller, call.Expand("{path}"), "Permissions.Modify")),
        new ApiMethod("PUT", "/access/password", "userid:userid,len=64! password:str,len=64! confirmation-password", ChangePassword).Protected().TicketOnly(),
        new("GET", "/version", "", _ => new { version = NodesApi.Version, release = "9.2", repoid = NodesApi.Repository }),
    ];

    private static Dictionary<string, object?> Ticket(ApiCall call)
    {
        var cluster = call.Cluster;
        var name = call["username"]!;
        var id = call["realm"] is { } realm ? $"{name}@{realm}" : name.Contains('@', StringComparison.Ordinal) ? name : $"{name}@pam";
        if (!cluster.State.Users.TryGetValue(id, out var user) || !cluster.Tickets.Verify(user, call["password"]!))
        {
            throw new PveException("authentication failure", 401) { After = TimeSpan.FromSeconds(3) };
        }

        var answer = new Dictionary<string, object?>
        {
            ["username"] = id,
            ["ticket"] = cluster.Tickets.Issue(id),
            ["CSRFPreventionToken"] = cluster.Tickets.CsrfToken(id),
            ["cap"] = CapabilityGroups.ToDictionary(group => group, group => Capabilities(cluster, id, group)),
        };
        if (cluster.Permissions.Privileges(id, "/").Contains("Sys.Audit"))
        {
            answer["clustername"] = cluster.State.Name;
        }

        return answer;
    }

    /// <summary>The rights that the web interface goes by, in groups.</summary>
    private static Dictionary<string, int> Capabilities(Cluster cluster, string id, string group)
    {
        var (path, prefixes) = group switch
        {
            "access" => ("/access", new[] { "User.", "Group.", "Permissions." }),
            "dc" => ("/", ["Sys.Audit", "Sys.Modify", "SDN."]),
            "mapping" => ("/mapping", ["Mapping.", "Permissions."]),
            "nodes" => ("/nodes", ["Sys.", "Permissions."]),
            "sdn" => ("/sdn", ["SDN.", "Permissions."]),
            "storage" => ("/storage", ["Datastore.", "Permissions."]),
            _ => ("/vms", ["VM.", "Permissions."]),
        };
        return cluster.Permissions.Privileges(id, path)
            .Where(privilege => prefixes.Any(prefix => privilege.StartsWith(prefix, StringComparison.Ordinal)))
            .ToDictionary(privilege => privilege, _ => 1);
    }

    private static Dictionary<string, Dictionary<string, int>> Permissions(ApiCall call)
    {
        var id = call["userid"] ?? call.Caller.Id;
        if (id != call.Caller.Id && id.Split('!')[0] != call.Caller.Id)
        {
            call.Cluster.Permissions.Check(call.Caller, "/access", "Sys.Audit");
        }

        var all = call["path"] is { } path
            ? new Dictionary<string, HashSet<string>> { [path] = call.Cluster.Permissions.Privileges(id, path) }
            : (IDictionary<string, HashSet<string>>)call.Cluster.Permissions.All(id);
        return all.ToDictionary(pair => pair.Key, pair => pair.Value.ToDictionary(privilege => privilege, privilege => call.Cluster.Permissions.Propagates(id, pair.Key) ? 1 : 0));
    }

    private static object Acl(ApiCall call) => call.Cluster.State.Acl
        .Where(entry => call.Cluster.Permissions.Allows(call.Caller, entry.Path, "Permissions.Modify")
            || call.Cluster.Permissions.Allows(call.Caller, "/access", "Sys.Audit"))
        .Select(entry => new
        {
            path = entry.Path,
            ugid = entry.UserOrToken,
            type = entry.UserOrToken.Contains('!', StringComparison.Ordinal) ? "token" : "user",
            roleid = entry.Role,
            propagate = entry.Propagate ? 1 : 0,
        });

    private static object? ChangeAcl(ApiCall call)
    {
        var cluster = call.Cluster;
        cluster.RequireQuorum();
        foreach (var role in call["roles"]!.Split(','))
        {
            if (!BuiltInRoles.All.ContainsKey(role))
            {
                throw new PveException($"role '{role}' does not exist");
            }

            foreach (var id in $"{call["users"]},{call["tokens"]}".Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                RequireKnown(cluster, id);
                cluster.State.Acl.RemoveAll(entry => entry.Path == call["path"] && entry.UserOrToken == id && entry.Role == role);
                if (!call.Flag("delete"))
                {
                    cluster.State.Acl.Add(new AclEntry(call["path"]!, id, role, call.Flag("propagate", otherwise: true)));
                }
            }
        }

        return null;
    }

    private static void RequireKnown(Cluster cluster, string id)
    {
        var parts = id.Split('!', 2);
        if (!cluster.State.Users.TryGetValue(parts[0], out var user))
        {
            throw new PveException($"user '{parts[0]}' does not exist");
        }

        if (parts.Length == 2 && !user.Tokens.ContainsKey(parts[1]))
        {
            throw new PveException($"no such token '{parts[1]}' for user '{parts[0]}'");
        }
    }

    private static object? ChangePassword(ApiCall call)
    {
        var id = call["userid"]!;
        if (id != call.Caller.Id)
        {
            call.Cluster.Permissions.Check(call.Caller, "/access/groups", "User.Modify");
        }

        UsersApi.Find(call.Cluster, id).Password = call["password"];
        return null;
    }
}
