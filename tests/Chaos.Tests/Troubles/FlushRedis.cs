namespace MultiPanel.Chaos.Tests.Troubles;

public sealed record FlushRedis : ITrouble
{
    public Task StrikeAsync(Scene scene, Task over) => scene.Installation.Redis.FlushAllAsync();
}
