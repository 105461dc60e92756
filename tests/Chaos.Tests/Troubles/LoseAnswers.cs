namespace MultiPanel.Chaos.Tests.Troubles;

public enum LostAnswer
{
    Clone,
    Start,
    Snapshot,
    Delete,
    Reset,
}

/// <summary>Proxmox acts, and the connection is gone before it answers.</summary>
public sealed record LoseAnswers(int Cluster, LostAnswer Call, int Times) : ITrouble
{
    public Task StrikeAsync(Scene scene, Task over)
    {
        var (method, path) = Call switch
        {
            LostAnswer.Clone => ("POST", "/nodes/*/qemu/*/clone"),
            LostAnswer.Start => ("POST", "/nodes/*/qemu/*/status/start"),
            LostAnswer.Snapshot => ("POST", "/nodes/*/qemu/*/snapshot"),
            LostAnswer.Delete => ("DELETE", "/nodes/*/qemu/*"),
            LostAnswer.Reset => ("POST", "/nodes/*/qemu/*/status/reset"),
            _ => throw new InvalidOperationException($"{Call}"),
        };
        scene.Clusters[Cluster].Faults.LoseAnswers(Times, path, method: method);
        return Task.CompletedTask;
    }
}
