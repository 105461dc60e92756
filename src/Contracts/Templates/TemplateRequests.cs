namespace MultiPanel.Contracts.Templates;

/// <summary><c>POST /api/templates/verify-agent</c>.</summary>
public sealed record VerifyAgentRequest
{
    public required int TemplateId { get; init; }
}

/// <summary><c>POST /api/templates/assign</c>: the template that a pool makes its desktops from.</summary>
public sealed record AssignTemplateRequest
{
    public required int TemplateId { get; init; }

    public required int PoolId { get; init; }
}
