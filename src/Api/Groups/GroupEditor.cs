using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Groups;
using MultiPanel.Data;
using MultiPanel.Data.Groups;

namespace MultiPanel.Api.Groups;

/// <summary>Adds, changes and deletes groups, and says who is in them. What changes the groups of one company is done one after the other.</summary>
internal sealed class GroupEditor(PanelDb db, Caller caller, TimeProvider clock)
{
    public async Task<Group> FindAsync(int id, CancellationToken cancellation) =>
        await db.Groups.SingleOrDefaultAsync(group => group.Id == id, cancellation) ?? throw Problems.NotFound("group", id);

    public async Task<Group> CreateAsync(GroupRequest request, CancellationToken cancellation)
    {
        var company = Company(request);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.LockCompanyAsync(company, cancellation) is null)
        {
            throw Problems.Invalid("company_id", $"must be a company's id; there is no company {company}");
        }

        var group = new Group { CompanyId = company, Name = request.Name!, Description = request.Description, CreatedAt = clock.GetUtcNow().UtcDateTime };
        db.Groups.Add(group);
        await SaveAsync(group, cancellation);
        await transaction.CommitAsync(cancellation);
        return group;
    }

    /// <param name="given">Whether a field was in the body, be it as null.</param>
    public async Task<Group> ChangeAsync(int id, GroupRequest request, Func<string, bool> given, CancellationToken cancellation)
    {
        await using var transaction = await BeginAsync(id, cancellation);
        var group = await FindAsync(id, cancellation);
        group.Name = request.Name ?? group.Name;
        group.Description = given("description") ? request.Description : group.Description;
        await SaveAsync(group, cancellation);
        await transaction.CommitAsync(cancellation);
        return group;
    }

    public async Task<Group> DeleteAsync(int id, CancellationToken cancellation)
    {
        await using var transaction = await BeginAsync(id, cancellation);
        var group = await FindAsync(id, cancellation);
        await db.GroupMembers.Where(member => member.GroupId == id).ExecuteDeleteAsync(cancellation);
        db.Groups.Remove(group);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return group;
    }

    /// <summary>Adds those who are not in it yet.</summary>
    /// <param name="alone">All others are taken out.</param>
    /// <exception cref="ProblemException">400: not all are users of the group's company.</exception>
    public async Task<Group> SetMembersAsync(int id, IReadOnlyCollection<int> users, bool alone, CancellationToken cancellation)
    {
        await using var transaction = await BeginAsync(id, cancellation);
        var group = await FindAsync(id, cancellation);
        var wanted = users.ToHashSet();
        var there = await db.Users.Where(user => user.CompanyId == group.CompanyId && wanted.Contains(user.Id)).Select(user => user.Id).ToListAsync(cancellation);
        if (wanted.Except(there).Order().ToList() is [var unknown, ..])
        {
            throw Problems.Invalid("user_ids", $"must be ids of users of the group's company; {unknown} is none");
        }

        var members = await db.GroupMembers.Where(member => member.GroupId == id).ToListAsync(cancellation);
        db.GroupMembers.AddRange(wanted.Except(members.Select(member => member.UserId))
            .Select(user => new GroupMember { GroupId = id, UserId = user, CompanyId = group.CompanyId }));
        if (alone)
        {
            db.GroupMembers.RemoveRange(members.Where(member => !wanted.Contains(member.UserId)));
        }

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return group;
    }

    /// <exception cref="ProblemException">404: the user is not in it.</exception>
    public async Task<Group> RemoveMemberAsync(int id, int user, CancellationToken cancellation)
    {
        await using var transaction = await BeginAsync(id, cancellation);
        var group = await FindAsync(id, cancellation);
        if (await db.GroupMembers.SingleOrDefaultAsync(row => row.GroupId == id && row.UserId == user, cancellation) is not { } member)
        {
            throw Problems.NotFound("member", user);
        }

        db.GroupMembers.Remove(member);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return group;
    }

    private int Company(GroupRequest request)
    {
        if (!caller.IsSuperAdmin && request.CompanyId is { } other && other != caller.CompanyId)
        {
            throw Problems.Forbidden("Only a super admin may make groups of another company.");
        }

        return request.CompanyId ?? caller.CompanyId ?? throw Problems.Invalid("company_id", "is required: a group is of one company");
    }

    /// <summary>The company's row is locked before the first read: that read fixes what a transaction of MariaDB sees.</summary>
    private async Task<IDbContextTransaction> BeginAsync(int id, CancellationToken cancellation)
    {
        var company = await db.Groups.Where(group => group.Id == id).Select(group => (int?)group.CompanyId).SingleOrDefaultAsync(cancellation)
            ?? throw Problems.NotFound("group", id);
        var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.LockCompanyAsync(company, cancellation);
        return transaction;
    }

    private async Task SaveAsync(Group group, CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException taken) when (DatabaseFailures.IsDuplicate(taken))
        {
            throw Problems.Taken("name_taken", "name", $"The company has a group named '{group.Name}' already.");
        }
    }
}
