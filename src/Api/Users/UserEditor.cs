using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Users;
using MultiPanel.Data;
using MultiPanel.Data.Users;
using MultiPanel.Hosting.Mails;

namespace MultiPanel.Api.Users;

/// <summary>
/// Adds, changes and deletes users: super admins all users, company admins those of their company. Whatever is done, one
/// active super admin is left.
/// </summary>
internal sealed class UserEditor(
    PanelDb db, PanelDatabase database, Caller caller, Passwords passwords, PasswordChange tokens, Accounts accounts,
    MailOutbox mails, ApiSettings settings, TimeProvider clock)
{
    public async Task<User> CreateAsync(UserRequest request, CancellationToken cancellation)
    {
        CheckMay(request);
        CheckIsNoService(request.Username!);
        var user = new User
        {
            Username = request.Username!,
            Email = request.Email!,
            PasswordHash = request.Password is { Length: > 0 } password ? await passwords.HashAsync(password, cancellation) : User.NoPassword,
            Role = request.Role!.Value,
            CompanyId = request.Role == Role.SuperAdmin ? null : request.CompanyId ?? caller.CompanyId,
            Status = request.Status ?? UserStatus.Active,
            MailFailedJobs = request.MailFailedJobs ?? true,
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
        await CheckCompanyAsync(user, cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        db.Users.Add(user);
        await SaveAsync(user, cancellation);
        mails.AddWelcome(db, user);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        mails.Wake();
        return user;
    }

    public async Task<User> ChangeAsync(int id, UserRequest request, CancellationToken cancellation)
    {
        CheckMay(request);
        var hash = request.Password is { } password ? await passwords.HashAsync(password, cancellation) : null;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var admins = await db.LockSuperAdminsAsync(cancellation);
        var user = await FindAsync(id, cancellation);
        if (request.Username is { } name && !string.Equals(name, user.Username, StringComparison.OrdinalIgnoreCase))
        {
            CheckWasNoService(user);
            CheckIsNoService(name);
        }

        var before = (user.Status, user.Role, user.CompanyId);
        user.Username = request.Username ?? user.Username;
        if (request.Email is { } email && email != user.Email)
        {
            // A link lies in the mailbox that was theirs.
            (user.Email, user.PasswordLinkHash, user.PasswordLinkUntil) = (email, null, null);
        }

        user.PasswordHash = hash ?? user.PasswordHash;
        user.Role = request.Role ?? user.Role;
        user.Status = request.Status ?? user.Status;
        user.CompanyId = user.Role == Role.SuperAdmin ? null : request.CompanyId ?? user.CompanyId;
        user.MailFailedJobs = request.MailFailedJobs ?? user.MailFailedJobs;
        if (user is not { Role: Role.SuperAdmin, Status: UserStatus.Active })
        {
            CheckNotLast(user, admins);
        }

        await CheckCompanyAsync(user, cancellation);
        if (hash is not null || (user.Status == UserStatus.Inactive && before.Status == UserStatus.Active))
        {
            await tokens.EndTokensAsync(db, user, cancellation);
        }
        else if (user.CompanyId != before.CompanyId)
        {
            await db.ApiTokens.IgnoreQueryFilters().Where(token => token.UserId == id)
                .ExecuteUpdateAsync(token => token.SetProperty(t => t.CompanyId, user.CompanyId), cancellation);
        }

        if (user.CompanyId != before.CompanyId)
        {
            await LeaveGroupsAsync(id, cancellation);
        }

        await SaveAsync(user, cancellation);
        await transaction.CommitAsync(cancellation);
        accounts.Forget(id);
        return user;
    }

    public async Task<User> DeleteAsync(int id, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var admins = await db.LockSuperAdminsAsync(cancellation);
        var user = await FindAsync(id, cancellation);
        CheckNotLast(user, admins);
        CheckWasNoService(user);
        await tokens.EndTokensAsync(db, user, cancellation);
        await LeaveGroupsAsync(id, cancellation);
        db.Users.Remove(user);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        accounts.Forget(id);
        return user;
    }

    public async Task<User> FindAsync(int id, CancellationToken cancellation) =>
        await db.Users.SingleOrDefaultAsync(user => user.Id == id, cancellation) ?? throw Problems.NotFound("user", id);

    private async Task LeaveGroupsAsync(int user, CancellationToken cancellation) =>
        await db.GroupMembers.IgnoreQueryFilters().Where(member => member.UserId == user).ExecuteDeleteAsync(cancellation);

    private void CheckMay(UserRequest request)
    {
        if (!caller.IsSuperAdmin && (request.Role == Role.SuperAdmin || (request.CompanyId ?? caller.CompanyId) != caller.CompanyId))
        {
            throw Problems.Forbidden("Only a super admin may make super admins or users of another company.");
        }
    }

    /// <summary>Tokens that name a service are believed as they stand; a user of that name could not be distinguished from it.</summary>
    private void CheckIsNoService(string name)
    {
        if (settings.IsService(name))
        {
            throw Problems.Taken("username_taken", "username", $"'{ShortText.Of(name)}' is a service's name (JWT_SERVICES); choose another.");
        }
    }

    /// <summary>One who had the name before it was listed: without that user, tokens made for them would be the service's.</summary>
    private void CheckWasNoService(User user)
    {
        if (settings.IsService(user.Username))
        {
            throw Problems.Conflict("service_name", $"'{user.Username}' is a service's name (JWT_SERVICES): without the user, tokens made for them would be the service's. Take the name off that list first.");
        }
    }

    private static void CheckNotLast(User user, IReadOnlyList<int> admins)
    {
        if (admins.Contains(user.Id) && admins.Count == 1)
        {
            throw Problems.Conflict("last_super_admin", $"'{user.Username}' is the last active super admin; make another one first.");
        }
    }

    private async Task CheckCompanyAsync(User user, CancellationToken cancellation)
    {
        if (user.Role == Role.SuperAdmin)
        {
            return;
        }

        if (user.CompanyId is not { } company)
        {
            throw Problems.Invalid("company_id", $"is required for the role {Words.Of(user.Role)}");
        }

        if (!await db.Companies.AnyAsync(c => c.Id == company, cancellation))
        {
            throw Problems.Invalid("company_id", $"must be a company's id; there is no company {company}");
        }
    }

    private async Task SaveAsync(User user, CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException taken) when (DatabaseFailures.IsDuplicate(taken))
        {
            await using var all = database.OpenAll();
            throw await all.Users.AnyAsync(other => other.Id != user.Id && other.Username == user.Username, cancellation)
                ? Problems.Taken("username_taken", "username", $"There is a user named '{user.Username}' already.")
                : Problems.Taken("email_taken", "email", $"There is a user with the e-mail address '{user.Email}' already.");
        }
    }
}
