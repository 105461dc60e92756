namespace MultiPanel.Chaos.Tests.Troubles;

/// <summary>Another program holds a template's lock: its clones' tasks end with <c>got timeout</c>.</summary>
public sealed record HoldTemplate(int Cluster) : ITrouble
{
    private const int Debian = 9010;

    public async Task StrikeAsync(Scene scene, Task over)
    {
        scene.Clusters[Cluster].Faults.HoldVmLock(Debian);
        await over;
        scene.Clusters[Cluster].Faults.ReleaseVmLock(Debian);
    }
}
