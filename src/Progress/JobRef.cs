namespace MultiPanel.Progress;

/// <summary>Which job, of whom, in which attempt: what every report of progress says.</summary>
/// <param name="CompanyId">Null: the platform's own.</param>
public readonly record struct JobRef(Guid Id, int? CompanyId, int Attempt);
