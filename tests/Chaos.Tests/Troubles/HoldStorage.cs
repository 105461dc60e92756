namespace MultiPanel.Chaos.Tests.Troubles;

/// <summary>Another program holds the shared storage's lock: what allocates there runs into <c>got timeout</c>.</summary>
public sealed record HoldStorage(int Cluster) : ITrouble
{
    private const string Storage = "nfs-shared";

    public async Task StrikeAsync(Scene scene, Task over)
    {
        scene.Clusters[Cluster].Faults.HoldStorageLock(Storage);
        await over;
        scene.Clusters[Cluster].Faults.ReleaseStorageLock(Storage);
    }
}
