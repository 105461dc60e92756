namespace MultiPanel.Contracts.Groups;

/// <summary>People of one company who are entitled to the same things.</summary>
public sealed record GroupView
{
    public required int Id { get; init; }

    public required int CompanyId { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    /// <summary>How many.</summary>
    public required int Members { get; init; }

    public required DateTime CreatedAt { get; init; }
}

/// <summary><c>POST /api/groups</c>; <c>PATCH</c> takes the same fields but <c>company_id</c>, each optional: null clears the description, absent leaves it.</summary>
public sealed record GroupRequest
{
    /// <summary>One of its kind in its company, whatever the case.</summary>
    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Whose group; absent: the caller's company. A super admin has none and must say.</summary>
    public int? CompanyId { get; init; }
}

/// <summary><c>PUT /api/groups/{id}/members</c>: all that it is to have; <c>POST</c>: those that are added.</summary>
public sealed record GroupMembersRequest
{
    public IReadOnlyList<int>? UserIds { get; init; }
}
