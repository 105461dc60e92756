namespace MultiPanel.Standalone;

/// <summary>The Redis in this process, as its guard sees it.</summary>
public interface IEmbeddedRedis
{
    /// <summary>Writes one value and waits for the answer.</summary>
    /// <exception cref="Exception">It takes no writes.</exception>
    Task WriteAsync(CancellationToken cancellation);

    /// <summary>Whether the disk takes what a new start needs.</summary>
    bool HasRoom();

    /// <summary>Closes it and opens it empty, at the same address.</summary>
    /// <exception cref="Exception">It did not start.</exception>
    Task ReopenAsync(CancellationToken cancellation);
}
