namespace MultiPanel.Data.Companies;

/// <summary>A tenant.</summary>
public sealed class Company
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public DateTime CreatedAt { get; set; }
}
