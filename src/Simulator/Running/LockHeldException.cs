namespace MultiPanel.Simulator.Running;

/// <summary>A call needs a lock that is held: it waits for it up to the timeout, then fails with the message.</summary>
internal sealed class LockHeldException(string message, TimeSpan timeout) : Exception(message)
{
    public TimeSpan Timeout { get; } = timeout;
}
