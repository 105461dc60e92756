namespace MultiPanel.Chaos.Tests.Troubles;

/// <summary>All but those that this chaos itself listens at.</summary>
public sealed record DeleteQueues : ITrouble
{
    public Task StrikeAsync(Scene scene, Task over) => scene.Installation.Broker.DeleteQueuesAsync(but: Tap.Prefix);
}
