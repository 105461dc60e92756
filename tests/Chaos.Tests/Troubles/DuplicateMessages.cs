namespace MultiPanel.Chaos.Tests.Troubles;

/// <summary>For a while every message is delivered three times: twice at once, and again when it is long done, in another order.</summary>
public sealed record DuplicateMessages : ITrouble
{
    public async Task StrikeAsync(Scene scene, Task over)
    {
        await using var tap = await Tap.OpenAsync(scene.Installation.Broker, again: true);
        await over;
        await tap.DeliverAsync(tap.Kept.Reverse());
    }
}
