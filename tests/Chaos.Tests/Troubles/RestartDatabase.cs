namespace MultiPanel.Chaos.Tests.Troubles;

/// <param name="Kill">By <c>kill -9</c>, else as an update of the package does.</param>
public sealed record RestartDatabase(bool Kill) : ITrouble
{
    public async Task StrikeAsync(Scene scene, Task over)
    {
        using var turn = await scene.TakeAsync(scene.Installation.MariaDb);
        await (Kill ? scene.Installation.MariaDb.KillAsync() : scene.Installation.MariaDb.StopAsync());
        await scene.Installation.MariaDb.StartAsync();
    }
}
