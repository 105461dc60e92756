namespace MultiPanel.Data.Groups;

/// <summary>A user is in a group. One who is of another company by now is in none of the old one's.</summary>
public sealed class GroupMember
{
    public int GroupId { get; set; }

    public int UserId { get; set; }

    /// <summary>The group's.</summary>
    public int CompanyId { get; set; }
}
