namespace MultiPanel.Chaos.Tests.Troubles;

/// <summary>Something that goes wrong. It is a record: the plan prints it with its values.</summary>
public interface ITrouble
{
    /// <param name="over">Completes when it has lasted as long as planned; one that is over at once does not care.</param>
    Task StrikeAsync(Scene scene, Task over);
}
