namespace MultiPanel.Chaos.Tests.Troubles;

public sealed record KillApi : ITrouble
{
    public Task StrikeAsync(Scene scene, Task over) => scene.RestartAsync(scene.Installation.Api, process => process.KillAsync());
}
