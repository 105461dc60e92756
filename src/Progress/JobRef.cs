namespace MultiPanel.Progress;

/// <summary>Which job, of which company, in which attempt: every report of progress has it.</summary>
/// <param name="CompanyId">Null: the platform's own.</param>
public readonly record struct JobRef(Guid Id, int? CompanyId, int Attempt);
