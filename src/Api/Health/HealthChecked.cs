namespace MultiPanel.Api.Health;

/// <summary>What <c>BrokerProbe</c> sends.</summary>
public sealed record HealthChecked;
