using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MultiPanel.Api.Tests.Host;

/// <summary>Every SQL statement that EF runs in this process on one database file, until it is disposed.</summary>
public sealed class SqlStatements : IDisposable
{
    private static readonly ConcurrentDictionary<SqlStatements, string> Files = new();
    private static readonly Listener Listening = new();

    private readonly ConcurrentQueue<string> statements = new();

    /// <param name="file">Of a database whose first context was made after <see cref="Listen"/>.</param>
    public SqlStatements(string file) => Files[this] = file;

    public IReadOnlyList<string> Reads => [.. statements.Where(text => text.StartsWith("SELECT", StringComparison.Ordinal))];

    /// <summary>
    /// Begins to listen, for good. EF asks once a second whether anybody does: one who comes later misses what runs until
    /// then, which may be all that a test counts.
    /// </summary>
    public static void Listen() => Listening.Begin();

    public void Dispose() => Files.TryRemove(this, out _);

    private sealed class Listener : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        private readonly Lazy<IDisposable> subscription;

        public Listener() => subscription = new Lazy<IDisposable>(() => DiagnosticListener.AllListeners.Subscribe(this));

        public void Begin() => _ = subscription.Value;

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == DbLoggerCategory.Name)
            {
                value.Subscribe(this);
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Key == RelationalEventId.CommandExecuting.Name && value.Value is CommandEventData { Command: { } command })
            {
                foreach (var (counting, file) in Files)
                {
                    if (command.Connection?.DataSource == file)
                    {
                        counting.statements.Enqueue(command.CommandText);
                    }
                }
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
