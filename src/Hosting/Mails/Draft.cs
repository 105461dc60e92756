namespace MultiPanel.Hosting.Mails;

/// <summary>What has become of a mail's row when it was to be put into words.</summary>
public abstract record Draft
{
    private Draft()
    {
    }

    /// <param name="Rows">Those that the letter is for, the one asked for among them.</param>
    public sealed record Ready(Letter Letter, IReadOnlyList<long> Rows) : Draft;

    /// <summary>No user is to get it (any more).</summary>
    public sealed record Nobodys(string Why) : Draft;

    /// <summary>It would be too soon after another one.</summary>
    public sealed record Later(DateTime At, IReadOnlyList<long> Rows) : Draft;
}
