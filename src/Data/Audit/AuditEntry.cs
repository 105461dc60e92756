using MultiPanel.Contracts.Audit;

namespace MultiPanel.Data.Audit;

/// <summary>What a caller did or tried. It is written once and never changed; after its time it is deleted.</summary>
public sealed class AuditEntry
{
    public long Id { get; init; }

    public DateTime At { get; init; }

    /// <summary>Null: no one was signed in, or a service that is no user.</summary>
    public int? UserId { get; init; }

    public required string Username { get; init; }

    public int? TokenId { get; init; }

    public string? TokenName { get; init; }

    /// <summary>The company that it concerns: the job's, else the target's, else the user's.</summary>
    public int? CompanyId { get; init; }

    public required string Address { get; init; }

    /// <summary>Method and route, for example <c>POST /api/vms/{id}/start</c>.</summary>
    public required string Action { get; init; }

    /// <summary>The job's kind.</summary>
    public string? Kind { get; init; }

    public string? TargetType { get; init; }

    public string? TargetId { get; init; }

    public string? TargetName { get; init; }

    /// <summary>The names of the target's columns that were changed, never what they held; null: it says nothing of them.</summary>
    public List<string>? Changed { get; init; }

    public AuditResult Result { get; init; }

    /// <summary>The HTTP status that was answered; 0: it was no request, but done on the panel's machine.</summary>
    public int Status { get; init; }

    /// <summary>The problem's code.</summary>
    public string? Code { get; init; }

    public Guid? JobId { get; init; }
}
