namespace MultiPanel.Api.Start;

/// <summary>Whether the database was reached and has this version's schema.</summary>
internal sealed class DatabaseState
{
    private volatile string? problem = "The database has not been reached yet.";

    /// <summary>Null: ready.</summary>
    public string? Problem
    {
        get => problem;
        set => problem = value;
    }
}
