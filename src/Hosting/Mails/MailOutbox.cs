using System.Threading.Channels;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Mails;
using MultiPanel.Data.Users;
using MultiPanel.Hosting.Settings;

namespace MultiPanel.Hosting.Mails;

/// <summary>
/// Makes the rows of mails, to be saved with what causes them; a <see cref="MailSender"/>, here or in another process, sends
/// what they say. Where mail is off there are none.
/// </summary>
public sealed class MailOutbox(StoreSettings settings, TimeProvider clock)
{
    /// <summary>Older news of a failure is no news.</summary>
    private static readonly TimeSpan FailureLife = TimeSpan.FromHours(24);

    private readonly Channel<bool> woken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public bool IsOn => settings.Mail is not null;

    public void AddWelcome(PanelDb db, User user)
    {
        if (IsOn)
        {
            db.Mails.Add(New(MailKind.Welcome, PasswordLink.WelcomeLife, mail => mail.UserId = user.Id));
        }
    }

    /// <summary>Costs the same whether there is such a user or not: who it is, is found out when it is sent.</summary>
    public void AddPasswordReset(PanelDb db, string name) =>
        db.Mails.Add(New(MailKind.PasswordReset, PasswordLink.ResetLife, mail => mail.Name = name));

    /// <summary>Adds a mail if the job that has ended failed. A bulk job succeeds even if some of its children fail; its warnings count them.</summary>
    public void AddFailure(PanelDb db, Job job)
    {
        if (IsOn && job is { ParentId: null, RequestedById: { } user }
            && (job.Status == JobStatus.Failed || (job is { Status: JobStatus.Succeeded, Warnings: > 0 } && job.HasChildren())))
        {
            db.Mails.Add(New(MailKind.JobFailed, FailureLife, mail => (mail.UserId, mail.JobId) = (user, job.Id)));
        }
    }

    /// <summary>After the commit; what this process does not hear of, it finds a few seconds later.</summary>
    public void Wake() => woken.Writer.TryWrite(true);

    /// <summary>Until something was added here, or the pause is over.</summary>
    public async Task WaitAsync(TimeSpan pause, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(pause, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            await woken.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The pause is over.
        }
    }

    private Mail New(MailKind kind, TimeSpan life, Action<Mail> about)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var mail = new Mail { Kind = kind, CreatedAt = now, DueAt = now, GiveUpAt = now + life };
        about(mail);
        return mail;
    }
}
