namespace MultiPanel.Contracts.Jobs;

/// <summary>A message of one job; sagas are correlated by <see cref="JobId"/>.</summary>
public interface IJobMessage
{
    Guid JobId { get; }
}
