namespace MultiPanel.Chaos.Tests.Troubles;

/// <summary>For a while no message arrives; then all do, in another order, after later ones.</summary>
public sealed record DelayMessages(int Seed) : ITrouble
{
    public async Task StrikeAsync(Scene scene, Task over)
    {
        await using var tap = await Tap.OpenAsync(scene.Installation.Broker, again: false);
        await tap.CutOffAsync();
        await over;
        await tap.ConnectAsync();
        var kept = tap.Kept.ToArray();
        new Random(Seed).Shuffle(kept);
        await tap.DeliverAsync(kept);
    }
}
