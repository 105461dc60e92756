namespace MultiPanel.Contracts.Jobs;

/// <summary>How the children of a bulk or pool job stand.</summary>
public sealed record JobChildren(int Total, int Running, int Succeeded, int Failed, int Cancelled);
