namespace MultiPanel.Gateway.PassThrough;

/// <summary>An address that the gateway passes on. What is not in <see cref="All"/> is not there.</summary>
internal sealed record Passage(string Pattern, params string[] Methods)
{
    /// <summary>The main panel's path; null: the same.</summary>
    public string? To { get; private init; }

    /// <summary>Passed without a token, and with none.</summary>
    public bool SignsIn { get; private init; }

    /// <summary>A WebSocket; its one-time ticket, in the query, is what lets one in.</summary>
    public bool IsConsole { get; private init; }

    private static readonly string[] Any = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    public static IReadOnlyList<Passage> All { get; } =
    [
        new("/api/auth/login", "POST") { To = "/api/vdi-integration/auth/login", SignsIn = true },
        new("/api/auth/me", "GET") { To = "/api/vdi-integration/auth/me" },
        new("/api/auth/logout", "POST"),
        new("/api/templates", "GET"),
        new("/api/templates/registered", "GET"),
        new("/api/templates/discover", "GET"),
        new("/api/templates/register", "POST"),
        new("/api/templates/assign", "POST"),
        new("/api/templates/verify-agent", "POST"),
        .. Whole("/api/jobs"),
        .. Whole("/api/pools"),
        .. Whole("/api/desktops"),
        .. Whole("/api/sessions"),
        new("/console-proxy", "GET") { IsConsole = true },
    ];

    private static IEnumerable<Passage> Whole(string prefix) => [new(prefix, Any), new($"{prefix}/{{**rest}}", Any)];
}
