namespace MultiPanel.Simulator.Http;

/// <summary>A method of the API: where it is, what it takes, who may call it, what it does.</summary>
internal sealed class ApiMethod
{
    public ApiMethod(string verb, string path, string parameters, Func<ApiCall, object?> handler)
    {
        Verb = verb;
        Path = path;
        Segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        Handler = handler;
        var declared = Parameter.ParseAll(parameters).ToDictionary(parameter => parameter.Name);
        foreach (var segment in Segments.Where(IsVariable))
        {
            var name = segment.Trim('{', '}');
            declared.TryAdd(name, new Parameter(name, name is "vmid" or "node" ? name : "str", true, null, null, null));
        }

        Parameters = declared;
    }

    public string Verb { get; }

    public string Path { get; }

    public string[] Segments { get; }

    public IReadOnlyDictionary<string, Parameter> Parameters { get; }

    public Func<ApiCall, object?> Handler { get; }

    /// <summary>Throws where the caller may not; null lets every caller who is signed in.</summary>
    public Action<ApiCall>? Permission { get; private set; }

    /// <summary>Runs in pvedaemon (root) instead of pveproxy: it hangs when that hangs.</summary>
    public bool IsProtected { get; private set; }

    /// <summary>API tokens are refused; a ticket is needed.</summary>
    public bool NeedsTicket { get; private set; }

    public static bool IsVariable(string segment) => segment.StartsWith('{');

    /// <summary>Wants one of the privileges on the path, whose variables come from the call.</summary>
    public ApiMethod Needs(string path, params string[] anyOf)
    {
        Permission = call => call.Cluster.Permissions.Check(call.Caller, call.Expand(path), anyOf);
        return this;
    }

    public ApiMethod Needs(Action<ApiCall> permission)
    {
        Permission = permission;
        return this;
    }

    public ApiMethod Protected()
    {
        IsProtected = true;
        return this;
    }

    public ApiMethod TicketOnly()
    {
        NeedsTicket = true;
        return this;
    }
}
