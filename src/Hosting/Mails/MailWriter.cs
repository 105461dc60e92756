using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Mails;
using MultiPanel.Data.Users;
using MultiPanel.Hosting.Settings;

namespace MultiPanel.Hosting.Mails;

/// <summary>Puts a mail's row into words, for the users who are to get it by then: users change, leave, and move to another company.</summary>
public sealed class MailWriter(PanelDatabase database, TimeProvider clock)
{
    /// <summary>Between two mails about failed jobs to one user; what fails meanwhile is in the next one.</summary>
    public static readonly TimeSpan Distance = TimeSpan.FromMinutes(5);

    /// <summary>Between two links for one user who forgot the password: a client that asks for them under many names fills no mailbox.</summary>
    public static readonly TimeSpan LinkDistance = TimeSpan.FromMinutes(3);

    /// <summary>Clocks of two hosts may differ by this much.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private const int MostRows = 500;

    public async Task<Draft> WriteAsync(Mail mail, MailSettings settings, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var user = mail.UserId is { } id
            ? await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id, cancellation)
            : await db.Users.AsNoTracking().FindNamedAsync(mail.Name!, cancellation);
        if (user is not { Status: UserStatus.Active })
        {
            return new Draft.Nobodys("there is no such user, or not an active one");
        }

        return mail.Kind switch
        {
            MailKind.Welcome => new Draft.Ready(
                MailTexts.Welcome(user, settings.PanelUrl, user.PasswordHash == User.NoPassword ? await LinkAsync(db, user, PasswordLink.WelcomeLife, cancellation) : null),
                [mail.Id]),
            // One that is tried again made a link the first time, which never arrived.
            MailKind.PasswordReset when mail.Attempts == 0 && HasNewLink(user) => new Draft.Nobodys("they were sent a link a moment ago"),
            MailKind.PasswordReset => new Draft.Ready(
                MailTexts.PasswordReset(user, settings.PanelUrl, await LinkAsync(db, user, PasswordLink.ResetLife, cancellation)), [mail.Id]),
            _ => await FailuresAsync(db, user, settings.PanelUrl, cancellation),
        };
    }

    /// <summary>Its end shows when it was made; one that ends later than a reset's can is a welcome's.</summary>
    private bool HasNewLink(User user)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return user.PasswordLinkUntil > now + PasswordLink.ResetLife - LinkDistance && user.PasswordLinkUntil <= now + PasswordLink.ResetLife + Skew;
    }

    /// <summary>The older one counts no more.</summary>
    private async Task<string> LinkAsync(PanelDb db, User user, TimeSpan life, CancellationToken cancellation)
    {
        var token = PasswordLink.Make();
        var (hash, until) = (PasswordLink.Hash(token), clock.GetUtcNow().UtcDateTime + life);
        await db.Users.Where(row => row.Id == user.Id).ExecuteUpdateAsync(
            row => row.SetProperty(u => u.PasswordLinkHash, hash).SetProperty(u => u.PasswordLinkUntil, until), cancellation);
        return token;
    }

    private async Task<Draft> FailuresAsync(PanelDb db, User user, string panel, CancellationToken cancellation)
    {
        var rows = await db.Mails.AsNoTracking().Where(mail => mail.UserId == user.Id && mail.Kind == MailKind.JobFailed)
            .OrderBy(mail => mail.Id).Take(MostRows).ToListAsync(cancellation);
        var ids = rows.Select(row => row.JobId).Distinct().ToList();
        var jobs = await db.Jobs.AsNoTracking().Where(job => ids.Contains(job.Id) && job.RequestedById == user.Id)
            .OrderBy(job => job.FinishedAt).ToListAsync(cancellation);
        var failed = await ChildrenAsync(db, jobs, cancellation);
        jobs.RemoveAll(job => !(job.Status == JobStatus.Failed || failed.ContainsKey(job.Id))
            || (user.Role != Role.SuperAdmin && job.CompanyId != user.CompanyId));
        if (jobs.Count == 0 || !user.MailFailedJobs)
        {
            return new Draft.Nobodys("nothing of it is theirs to know or wanted any more");
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var before = now - Distance;
        var isTurn = await db.Users.Where(u => u.Id == user.Id && (u.FailuresMailedAt == null || u.FailuresMailedAt <= before))
            .ExecuteUpdateAsync(u => u.SetProperty(x => x.FailuresMailedAt, now), cancellation) == 1;
        IReadOnlyList<long> included = [.. rows.Select(row => row.Id)];
        return isTurn
            ? new Draft.Ready(MailTexts.JobsFailed(user, panel, jobs, failed), included)
            : new Draft.Later((user.FailuresMailedAt ?? now) + Distance, included);
    }

    /// <returns>Of bulk jobs with failed children: how many, of how many.</returns>
    private static async Task<Dictionary<Guid, (int Failed, int Total)>> ChildrenAsync(PanelDb db, List<Job> jobs, CancellationToken cancellation)
    {
        var parents = jobs.Select(job => (Guid?)job.Id).ToList();
        var counts = await db.Jobs.Where(job => parents.Contains(job.ParentId)).GroupBy(job => job.ParentId!.Value)
            .Select(children => new { Parent = children.Key, Failed = children.Count(child => child.Status == JobStatus.Failed), Total = children.Count() })
            .ToListAsync(cancellation);
        return counts.Where(count => count.Failed > 0).ToDictionary(count => count.Parent, count => (count.Failed, count.Total));
    }
}
