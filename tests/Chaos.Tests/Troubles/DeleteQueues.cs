namespace MultiPanel.Chaos.Tests.Troubles;

public sealed record DeleteQueues : ITrouble
{
    public Task StrikeAsync(Scene scene, Task over) => scene.Installation.Broker.DeleteQueuesAsync();
}
