namespace MultiPanel.Data.Tests.Queries;

/// <summary>A query on the way of a command, a list or a round, and the index that bounds what it reads.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Index">The index of <c>jobs</c> that it must use; several, for several reads, are joined by <c>|</c>.</param>
/// <param name="RunAsync">Runs it.</param>
/// <param name="Company">In whose context; null: in one that sees everything.</param>
/// <param name="Sorted">It is bounded otherwise and may be sorted after it was read.</param>
internal sealed record HotQuery(string Name, string Index, Func<PanelDb, Task> RunAsync, int? Company = null, bool Sorted = false)
{
    public override string ToString() => Name;
}
