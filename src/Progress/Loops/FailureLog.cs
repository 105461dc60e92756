using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.Logging;

namespace MultiPanel.Progress.Loops;

/// <summary>
/// Logs failures that repeat: each kind with its stack the first time and once an hour, and in one line in between. A kind is
/// the exception's type, the type of its cause, and the method that threw it.
/// </summary>
/// <remarks>Several threads may use one.</remarks>
public sealed class FailureLog(ILogger log, TimeProvider clock)
{
    /// <summary>Log files rotate: a loop that fails for days must not keep its only stack in a file that is gone.</summary>
    private static readonly TimeSpan StackEvery = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<Kind, DateTimeOffset> shown = new();

    /// <param name="failure">It becomes an error where only wrong code throws it, otherwise a warning.</param>
    /// <param name="what">What could not be done, and what happens next: "Could not send mails; retrying in 30 s".</param>
    public void Write(Exception failure, string what)
    {
        var cause = failure.GetBaseException();
        var level = IsMistake(cause) ? LogLevel.Error : LogLevel.Warning;
        var stack = IsDue(new Kind(failure.GetType(), cause.GetType(), cause.TargetSite)) ? failure : null;
        log.Log(level, stack, "{What}: {Reason}", what, cause.Message);
    }

    /// <summary>It works again: the next failure shows its stack, whatever its kind.</summary>
    public void Clear() => shown.Clear();

    private static bool IsMistake(Exception cause) => cause is NullReferenceException or ArgumentException or InvalidCastException
        or IndexOutOfRangeException or KeyNotFoundException or FormatException or NotSupportedException or NotImplementedException;

    private bool IsDue(Kind kind)
    {
        var now = clock.GetUtcNow();
        if (shown.TryGetValue(kind, out var last) && now - last < StackEvery)
        {
            return false;
        }

        shown[kind] = now;
        return true;
    }

    private sealed record Kind(Type Failure, Type Cause, MethodBase? Thrower);
}
