namespace MultiPanel.Contracts.Audit;

/// <summary>One line of <c>GET /api/audit</c>: who did what, from where, and what came of it.</summary>
public sealed record AuditView
{
    public required long Id { get; init; }

    public required DateTime At { get; init; }

    public required AuditActor Actor { get; init; }

    public int? CompanyId { get; init; }

    /// <summary>The client's address.</summary>
    public required string Address { get; init; }

    /// <summary>Method and route, for example <c>POST /api/vms/{id}/start</c>.</summary>
    public required string Action { get; init; }

    /// <summary>The job's kind, for example <c>vm.start</c>.</summary>
    public string? Kind { get; init; }

    public AuditTarget? Target { get; init; }

    /// <summary>The names of what was changed of a user, company or cluster; never what it holds.</summary>
    public IReadOnlyList<string>? Changed { get; init; }

    public required AuditResult Result { get; init; }

    /// <summary>The HTTP status that was answered; 0: it was no request, but done on the panel's machine.</summary>
    public required int Status { get; init; }

    /// <summary>The problem's code, where it was refused or failed.</summary>
    public string? Code { get; init; }

    public Guid? JobId { get; init; }
}

/// <summary>Who: a user, perhaps by an API token; without an id it is no user of this panel.</summary>
public sealed record AuditActor(int? Id, string Username, int? TokenId, string? TokenName);

public sealed record AuditTarget(string Type, string? Id, string? Name);

public enum AuditResult
{
    /// <summary>2xx: done, or accepted as a job.</summary>
    Accepted,

    /// <summary>4xx</summary>
    Refused,

    /// <summary>5xx</summary>
    Failed,
}
