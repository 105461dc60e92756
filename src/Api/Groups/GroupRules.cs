using MultiPanel.Api.Http;
using MultiPanel.Contracts.Groups;

namespace MultiPanel.Api.Groups;

/// <summary>What a group's fields must look like.</summary>
internal static class GroupRules
{
    private const int MostMembers = 1_000;

    public static void Create(GroupRequest group, Rules rules)
    {
        rules.Required("name", group.Name);
        Check(group, rules);
    }

    public static void Change(GroupRequest group, Rules rules)
    {
        rules.That(group.CompanyId is null, "company_id", "must be absent: a group stays its company's");
        Check(group, rules);
    }

    public static void Members(GroupMembersRequest members, Rules rules)
    {
        rules.Required("user_ids", members.UserIds);
        rules.That(members.UserIds is not { Count: > MostMembers }, "user_ids", $"must be at most {MostMembers}");
        rules.That(members.UserIds?.All(id => id > 0) != false, "user_ids", "must be users' ids, each from 1 on");
    }

    private static void Check(GroupRequest group, Rules rules)
    {
        rules.Text("name", group.Name, name => name.Trim() == name && name.Length is > 0 and <= 100, "must have 1 to 100 characters, without blanks at its ends");
        rules.Line("name", group.Name, 400);
        rules.Prose("description", group.Description, 1000);
        rules.Range("company_id", group.CompanyId, 1, int.MaxValue);
    }
}
