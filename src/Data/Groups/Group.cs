namespace MultiPanel.Data.Groups;

/// <summary>People of one company who are entitled to the same things.</summary>
public sealed class Group
{
    public int Id { get; set; }

    public int CompanyId { get; set; }

    public required string Name { get; set; }

    public string? Description { get; set; }

    public DateTime CreatedAt { get; set; }
}
