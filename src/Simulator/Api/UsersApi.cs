using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Api;

/// <summary>Users and their API tokens.</summary>
internal static class UsersApi
{
    private const string Profile = "comment:str,len=2048 email:str,len=254 enable:bool expire:int,min=0 firstname lastname groups:groupid-list keys";

    public static IEnumerable<ApiMethod> Methods() =>
    [
        new("GET", "/access/users", "enabled:bool full:bool", List),
        new ApiMethod("POST", "/access/users", "userid! password:str,len=64 " + Profile, Create).Protected().Needs(MayCreate),
        new("GET", "/access/users/{userid}", "", call => Show(Find(call.Cluster, call["userid"]!), full: true)),
        new ApiMethod("PUT", "/access/users/{userid}", "append:bool " + Profile, Update).Protected().Needs("/access/groups", "User.Modify"),
        new ApiMethod("DELETE", "/access/users/{userid}", "", Delete).Protected().Needs("/access/groups", "User.Modify"),
        new("GET", "/access/users/{userid}/token", "", call => Find(call.Cluster, call["userid"]!).Tokens.Select(token => ShowToken(token.Key, token.Value))),
        new ApiMethod("GET", "/access/users/{userid}/token/{tokenid}", "", call => ShowToken(call["tokenid"]!, FindToken(call))).Needs(SelfOrModify),
        new ApiMethod("POST", "/access/users/{userid}/token/{tokenid}", "tokenid:tokenid! comment expire:int,min=0 privsep:bool", CreateToken).Protected().Needs(SelfOrModify),
        new ApiMethod("PUT", "/access/users/{userid}/token/{tokenid}", "comment expire:int,min=0 privsep:bool regenerate:bool", UpdateToken).Protected().Needs(SelfOrModify),
        new ApiMethod("DELETE", "/access/users/{userid}/token/{tokenid}", "", DeleteToken).Protected().Needs(SelfOrModify),
    ];

    public static UserState Find(Cluster cluster, string id) =>
        cluster.State.Users.GetValueOrDefault(id) ?? throw new PveException($"no such user ('{id}')");

    private static TokenState FindToken(ApiCall call) =>
        Find(call.Cluster, call["userid"]!).Tokens.GetValueOrDefault(call["tokenid"]!)
        ?? throw new PveException($"no such token '{call["tokenid"]}' for user '{call["userid"]}'");

    private static void SelfOrModify(ApiCall call)
    {
        if (call.Expand("{userid}") != call.Caller.Id)
        {
            call.Cluster.Permissions.Check(call.Caller, "/access/groups", "User.Modify");
        }
    }

    /// <summary>Proxmox parses the name to check the right to its realm, so a bad one is no parameter error.</summary>
    private static void MayCreate(ApiCall call)
    {
        var id = call.Expand("{userid}");
        if (!ParameterVerifier.IsUserId(id))
        {
            throw new PveException($"value '{id}' does not look like a valid user name");
        }

        call.Cluster.Permissions.Check(call.Caller, $"/access/realm/{id.Split('@')[^1]}", "Realm.AllocateUser");
    }

    private static object List(ApiCall call)
    {
        var all = call.Cluster.Permissions.Allows(call.Caller, "/access/groups", "User.Modify", "Sys.Audit");
        return call.Cluster.State.Users.Values.Where(user => all || user.Id == call.Caller.User)
            .Where(user => call["enabled"] is null || user.Enabled == call.Flag("enabled"))
            .Select(user => Show(user, call.Flag("full")));
    }

    private static Dictionary<string, object?> Show(UserState user, bool full)
    {
        var shown = new Dictionary<string, object?>
        {
            ["userid"] = user.Id,
            ["enable"] = user.Enabled ? 1 : 0,
            ["expire"] = user.Expire,
            ["realm-type"] = user.Id.Split('@')[^1],
        };
        foreach (var (key, value) in new[] { ("comment", user.Comment), ("email", user.Email) })
        {
            if (value is not null)
            {
                shown[key] = value;
            }
        }

        if (full)
        {
            shown["groups"] = "";
            shown["tokens"] = user.Tokens.Count == 0 ? null : user.Tokens.Select(token => ShowToken(token.Key, token.Value));
        }

        return shown;
    }

    private static Dictionary<string, object?> ShowToken(string id, TokenState token)
    {
        var shown = Show(token);
        shown["tokenid"] = id;
        return shown;
    }

    private static Dictionary<string, object?> Show(TokenState token)
    {
        var shown = new Dictionary<string, object?> { ["privsep"] = token.PrivilegeSeparation ? 1 : 0, ["expire"] = token.Expire };
        if (token.Comment is not null)
        {
            shown["comment"] = token.Comment;
        }

        return shown;
    }

    private static object? Create(ApiCall call)
    {
        call.Cluster.RequireQuorum();
        var id = call["userid"]!;
        if (call.Cluster.State.Users.ContainsKey(id))
        {
            throw new PveException($"create user failed: user '{id}' already exists");
        }

        call.Cluster.State.Users[id] = Apply(call, new UserState { Id = id, Password = call["password"] });
        return null;
    }

    private static object? Update(ApiCall call)
    {
        call.Cluster.RequireQuorum();
        Apply(call, Find(call.Cluster, call["userid"]!));
        return null;
    }

    private static UserState Apply(ApiCall call, UserState user)
    {
        user.Enabled = call.Flag("enable", user.Enabled);
        user.Comment = call["comment"] ?? user.Comment;
        user.Email = call["email"] ?? user.Email;
        user.Expire = call.Int("expire", (int)user.Expire);
        return user;
    }

    private static object? Delete(ApiCall call)
    {
        call.Cluster.RequireQuorum();
        var id = Find(call.Cluster, call["userid"]!).Id;
        call.Cluster.State.Users.Remove(id);
        call.Cluster.State.Acl.RemoveAll(entry => entry.UserOrToken.Split('!')[0] == id);
        return null;
    }

    private static Dictionary<string, object?> CreateToken(ApiCall call)
    {
        call.Cluster.RequireQuorum();
        var user = Find(call.Cluster, call["userid"]!);
        var name = call["tokenid"]!;
        if (user.Tokens.ContainsKey(name))
        {
            throw PveException.Parameter("tokenid", "Token already exists.");
        }

        var token = new TokenState
        {
            Secret = Guid.NewGuid().ToString(),
            PrivilegeSeparation = call.Flag("privsep", otherwise: true),
            Comment = call["comment"],
            Expire = call.Int("expire", 0),
        };
        user.Tokens[name] = token;
        var info = new Dictionary<string, object?> { ["privsep"] = token.PrivilegeSeparation ? "1" : "0" };
        if (token.Comment is not null)
        {
            info["comment"] = token.Comment;
        }

        if (call["expire"] is { } expire)
        {
            info["expire"] = expire;
        }

        return new Dictionary<string, object?> { ["full-tokenid"] = $"{user.Id}!{name}", ["value"] = token.Secret, ["info"] = info };
    }

    private static Dictionary<string, object?> UpdateToken(ApiCall call)
    {
        call.Cluster.RequireQuorum();
        var token = FindToken(call);
        token.Comment = call["comment"] ?? token.Comment;
        token.Expire = call.Int("expire", (int)token.Expire);
        token.PrivilegeSeparation = call.Flag("privsep", token.PrivilegeSeparation);
        var shown = Show(token);
        if (call.Flag("regenerate"))
        {
            token.Secret = Guid.NewGuid().ToString();
            shown["full-tokenid"] = $"{call["userid"]}!{call["tokenid"]}";
            shown["value"] = token.Secret;
        }

        return shown;
    }

    private static object? DeleteToken(ApiCall call)
    {
        call.Cluster.RequireQuorum();
        var user = Find(call.Cluster, call["userid"]!);
        FindToken(call);
        user.Tokens.Remove(call["tokenid"]!);
        call.Cluster.State.Acl.RemoveAll(entry => entry.UserOrToken == $"{user.Id}!{call["tokenid"]}");
        return null;
    }
}
