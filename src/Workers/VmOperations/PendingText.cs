using MultiPanel.Contracts.Vms;

namespace MultiPanel.Workers.VmOperations;

/// <summary>Says what a change of a running VM has not changed yet.</summary>
internal static class PendingText
{
    private const int MostFields = 10;

    private const int LongestValue = 60;

    /// <returns>Null: all is in force.</returns>
    public static string? Of(IReadOnlyList<PendingChange>? pending)
    {
        if (pending is not { Count: > 0 })
        {
            return null;
        }

        var more = pending.Count > MostFields ? $" and {pending.Count - MostFields} more" : "";
        return $"Takes effect at the next start: {string.Join(", ", pending.Take(MostFields).Select(Of))}{more}";
    }

    private static string Of(PendingChange change) => (change.Now, change.Then) switch
    {
        (null, { } then) => $"{change.Field} {Short(then)}",
        ({ } now, { } then) => $"{change.Field} {Short(then)} (now {Short(now)})",
        _ => $"{change.Field} is removed",
    };

    private static string Short(string text) => text.Length > LongestValue ? $"{text[..LongestValue]}…" : text;
}
