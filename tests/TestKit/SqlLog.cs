using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MultiPanel.TestKit;

/// <summary>What a database was sent, in order; a test can act right after a read, before its result is used.</summary>
public sealed partial class SqlLog : DbCommandInterceptor
{
    private readonly ConcurrentQueue<string> commands = new();
    private (string Table, Func<Task> Act)? afterRead;

    /// <summary>Every INSERT, UPDATE and DELETE, without its values.</summary>
    public IReadOnlyList<string> Writes => [.. commands.SelectMany(command => Write().Matches(command).Select(write => write.Value))];

    /// <summary>Every SELECT that was sent as a command of its own.</summary>
    public IReadOnlyList<string> Reads => [.. commands.Where(command => command.StartsWith("SELECT", StringComparison.Ordinal))];

    public void Clear() => commands.Clear();

    /// <summary>Acts once, after the next SELECT from that table, while its rows are being read.</summary>
    public void AfterReading(string table, Func<Task> act) => afterRead = (table, act);

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        commands.Enqueue(command.CommandText);
        return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        commands.Enqueue(command.CommandText);
        return base.NonQueryExecutingAsync(command, eventData, result, cancellationToken);
    }

    public override async ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        if (afterRead is var (table, act) && Regex.IsMatch(command.CommandText, $"\\ASELECT[^(]*\\sFROM\\s.{Regex.Escape(table)}.", RegexOptions.Singleline))
        {
            afterRead = null;
            await act();
        }

        return result;
    }

    [GeneratedRegex(@"^(INSERT INTO|UPDATE|DELETE FROM|DELETE \S+\s+FROM)\s+\S+", RegexOptions.Multiline)]
    private static partial Regex Write();
}
