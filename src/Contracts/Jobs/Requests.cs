namespace MultiPanel.Contracts.Jobs;

/// <summary><c>POST /api/jobs/{id}/priority</c>.</summary>
public sealed record PriorityRequest
{
    public JobPriority? Priority { get; init; }
}

/// <summary><c>POST /api/jobs/retry</c>: which failed jobs to try again; what is absent does not narrow. At least one field.</summary>
public sealed record RetryRequest
{
    public IReadOnlyList<Guid>? Ids { get; init; }

    public string? Kind { get; init; }

    public string? TargetType { get; init; }

    public int? TargetId { get; init; }

    /// <summary>The children of a bulk job.</summary>
    public Guid? ParentId { get; init; }

    public int? ClusterId { get; init; }

    public int? CompanyId { get; init; }

    /// <summary>Only those that failed for this reason; see <see cref="JobErrorCodes"/>.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Accepted at or after this time.</summary>
    public DateTime? Since { get; init; }
}

/// <summary>The result of a retry of many.</summary>
/// <param name="Retried">The jobs that run again.</param>
/// <param name="Refused">Those that fit, but cannot be tried again.</param>
/// <param name="More">There are more that fit than one call takes; call again.</param>
public sealed record RetryResult(IReadOnlyList<Guid> Retried, IReadOnlyList<RetryRefusal> Refused, bool More);

/// <summary>Why a job cannot be tried again.</summary>
public sealed record RetryRefusal(Guid JobId, string Code, string Message);
