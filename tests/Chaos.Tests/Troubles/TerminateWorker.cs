namespace MultiPanel.Chaos.Tests.Troubles;

/// <summary>SIGTERM: it must end by itself and well.</summary>
public sealed record TerminateWorker(int Worker) : ITrouble
{
    public Task StrikeAsync(Scene scene, Task over) => scene.RestartAsync(scene.Installation.Workers[Worker], async process =>
    {
        // One that is still starting has nothing to hand over; it is stopped when it has begun.
        await scene.Installation.Workers[Worker].StartedAsync();
        await process.TerminateAsync();
        Assert.That(process.ExitCode, Is.Zero, $"worker {Worker + 1} after SIGTERM:\n{process.Said}");
    });
}
