namespace MultiPanel.Simulator.Access;

/// <summary>Who calls: <c>user@realm</c> or <c>user@realm!token</c>.</summary>
internal sealed record Caller(string Id)
{
    public static Caller Anonymous { get; } = new("");

    public bool IsToken => Id.Contains('!', StringComparison.Ordinal);

    public string User => Id.Split('!')[0];
}
