namespace MultiPanel.Chaos.Tests.Troubles;

public sealed record KillWorker(int Worker) : ITrouble
{
    public Task StrikeAsync(Scene scene, Task over) => scene.RestartAsync(scene.Installation.Workers[Worker], process => process.KillAsync());
}
