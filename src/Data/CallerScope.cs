namespace MultiPanel.Data;

/// <summary>Whose rows a database context shows: everything, or one company's own and what is shared with all.</summary>
public sealed record CallerScope
{
    /// <summary>Workers and super admins.</summary>
    public static CallerScope Everything { get; } = new() { All = true };

    /// <summary>A caller without a company who is no super admin sees nothing.</summary>
    public static CallerScope Of(int? company) => new() { CompanyId = company ?? 0 };

    public bool All { get; private init; }

    public int CompanyId { get; private init; }
}
