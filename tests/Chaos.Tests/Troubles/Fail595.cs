namespace MultiPanel.Chaos.Tests.Troubles;

/// <summary>A node cannot be reached through the others for some calls.</summary>
public sealed record Fail595(int Cluster, int Times) : ITrouble
{
    public Task StrikeAsync(Scene scene, Task over)
    {
        scene.Clusters[Cluster].Faults.Fail(595, "No route to host", Times, "/nodes/*");
        return Task.CompletedTask;
    }
}
