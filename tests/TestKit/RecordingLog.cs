using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MultiPanel.TestKit;

/// <summary>Keeps what is logged, in order.</summary>
public sealed class RecordingLog<T> : ILogger<T>
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text, Exception? Stack)> lines = new();

    public IReadOnlyList<(LogLevel Level, string Text, Exception? Stack)> Lines => [.. lines];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue((logLevel, formatter(state, exception), exception));
}
